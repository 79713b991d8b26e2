"use strict";
// Images from sheets of small pictures, their nearest neighbours, and a list box that holds visible images only.

const MAX_PIXELS = 40e6; // decoded at a time, of four bytes each
const MAX_DECODING = 4; // sheets at once
const BOX = 56; // CSS pixels of a picture

/** Small pictures in sheets, which are decoded when they are needed. */
class Pictures {
  constructor(sprites) {
    Object.assign(this, sprites);
    const scale = BOX / Math.max(this.width, this.height);
    this.scale = scale > 2 ? Math.floor(scale) : scale;
    this.maxSheets = Math.ceil(MAX_PIXELS / (this.width * this.height * this.per_sheet));
    this.sheets = new Map(); // number -> {number, bitmap, waiting}; the order is that of use
    this.queue = [];
    this.nDecoding = 0;
  }

  /** Make a canvas of the size of a tile. */
  canvas() {
    const canvas = document.createElement("canvas");
    canvas.ariaHidden = "true";
    canvas.style.width = `${this.width * this.scale}px`;
    canvas.style.height = `${this.height * this.scale}px`;
    return canvas;
  }

  /** Draw an image on a canvas, at once or when its sheet has been decoded, unless it is there. */
  draw(canvas, image) {
    if (canvas.dataset.drawn === String(image)) return;
    if (canvas.width !== this.width) canvas.width = this.width;
    if (canvas.height !== this.height) canvas.height = this.height;
    canvas.dataset.image = image;
    delete canvas.dataset.drawn;
    const number = Math.floor(image / this.per_sheet);
    const sheet = this.sheets.get(number) ?? this._take(number);
    this.sheets.delete(number);
    this.sheets.set(number, sheet);
    if (sheet.bitmap) this._copy(sheet.bitmap, canvas, image);
    else {
      canvas.getContext("2d").clearRect(0, 0, this.width, this.height);
      sheet.waiting.push(canvas);
    }
  }

  _copy(bitmap, canvas, image) {
    const place = image % this.per_sheet;
    const [x, y] = [place % this.columns, Math.floor(place / this.columns)];
    const { width, height } = this;
    canvas.dataset.drawn = image;
    canvas.getContext("2d").drawImage(bitmap, x * width, y * height, width, height, 0, 0, width, height);
  }

  /** Take a sheet up, in place of those that were not used for the longest time. */
  _take(number) {
    for (const [old, { bitmap }] of this.sheets) {
      if (this.sheets.size < this.maxSheets) break;
      this.sheets.delete(old);
      bitmap?.close();
    }
    const sheet = { number, bitmap: null, waiting: [] };
    this.queue.push(sheet);
    this._decodeNext();
    return sheet;
  }

  /** Decode the sheets that were asked for, the latest first, few at a time: no frame waits for all. */
  _decodeNext() {
    setTimeout(async () => {
      const sheet = this.nDecoding < MAX_DECODING && this.queue.pop();
      if (!sheet) return;
      this.nDecoding++;
      await this._decode(sheet).finally(() => this.nDecoding--);
      this._decodeNext();
    });
  }

  async _decode(sheet) {
    const { number } = sheet;
    const isWanted = (canvas) => Math.floor(canvas.dataset.image / this.per_sheet) === number; // it may show another
    if (!sheet.waiting.some(isWanted)) {
      if (this.sheets.get(number) === sheet) this.sheets.delete(number);
      return;
    }
    const bytes = bytesOf(document.getElementById(`wb-sheet-${number}`).textContent);
    sheet.bitmap = await createImageBitmap(new Blob([bytes], { type: this.kind }));
    for (const canvas of sheet.waiting.filter(isWanted)) this._copy(sheet.bitmap, canvas, Number(canvas.dataset.image));
    sheet.waiting = [];
  }
}

function bytesOf(base64) {
  const text = atob(base64.trim());
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** The nearest images of an image, by their short codes. */
class Neighbours {
  constructor(codes, nImages) {
    this.codes = bytesOf(codes);
    this.width = nImages ? this.codes.length / nImages : 0;
    this.nImages = nImages;
  }

  nearest(image, n) {
    const { codes, width } = this;
    const own = codes.subarray(image * width, (image + 1) * width);
    const best = []; // [distance, image], the nearest first
    for (let other = 0; other < this.nImages; other++) {
      if (other === image) continue;
      const limit = best.length < n ? Infinity : best[n - 1][0];
      let distance = 0;
      for (let i = 0, at = other * width; i < width && distance < limit; i++) distance += (codes[at + i] - own[i]) ** 2;
      if (distance >= limit) continue;
      let place = best.length;
      while (place > 0 && best[place - 1][0] > distance) place--;
      best.splice(place, 0, [distance, other]);
      if (best.length > n) best.pop();
    }
    return best.map(([, other]) => other);
  }
}

/** A list box of images in lines. It scrolls, and only the images in view are elements. */
class Grid {
  /** The list box takes its tiles from `dress(tile, image)`; `moved(image)` hears of the current image. */
  constructor(box, { size, dress, moved }) {
    Object.assign(this, { box, size, dress, moved });
    this.inner = box.appendChild(document.createElement("div"));
    this.inner.setAttribute("role", "presentation");
    this.inner.className = "wb-inner";
    this.images = [];
    this.tiles = new Map(); // place -> element
    this.current = 0;
    this.nColumns = 1;
    this.isPlanned = false;
    box.addEventListener("scroll", () => this.plan(), { passive: true });
    new ResizeObserver(() => this.plan()).observe(box);
  }

  get image() {
    return this.images[this.current];
  }

  show(images, current = 0) {
    this.images = images;
    for (const tile of this.tiles.values()) tile.remove();
    this.tiles.clear();
    this.current = 0;
    this.draw(); // gives the box its height
    this.box.scrollTop = 0;
    this.go(current);
  }

  /** Dress the tiles again, since what they show has changed. */
  refresh() {
    for (const [place, tile] of this.tiles) this.dress(tile, this.images[place]);
  }

  plan() {
    if (this.isPlanned) return;
    this.isPlanned = true;
    requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.isPlanned = false;
    const { size, box } = this;
    const { scrollTop, clientHeight } = box; // measured before anything is written: the browser lays out once
    const width = this.inner.clientWidth;
    const nColumns = Math.max(1, Math.floor(width / size.width));
    Object.assign(this, { nColumns, step: Math.floor(width / nColumns) });
    this.inner.style.height = `${Math.ceil(this.images.length / nColumns) * size.height}px`;
    const first = Math.max(0, Math.floor(scrollTop / size.height) - 1) * nColumns;
    const last = Math.ceil((scrollTop + clientHeight) / size.height + 1) * nColumns;
    const places = new Set([this.current]);
    for (let place = first; place < Math.min(last, this.images.length); place++) places.add(place);
    const free = [];
    for (const [place, tile] of this.tiles) {
      if (places.has(place)) continue;
      this.tiles.delete(place);
      free.push(tile);
    }
    for (const place of places) {
      if (place >= this.images.length) continue;
      if (!this.tiles.has(place)) this.tiles.set(place, this._tile(free.pop(), place));
      this._put(this.tiles.get(place), place);
    }
    for (const tile of free) tile.remove();
    if (this.images.length) this.box.setAttribute("aria-activedescendant", this.tiles.get(this.current).id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  _tile(free, place) {
    const tile = free ?? this.inner.appendChild(document.createElement("div"));
    tile.setAttribute("role", "option");
    tile.className = "wb-tile";
    tile.id = `wb-tile-${place}`;
    tile.dataset.place = place;
    tile.setAttribute("aria-setsize", this.images.length);
    tile.setAttribute("aria-posinset", place + 1);
    this.dress(tile, this.images[place]);
    return tile;
  }

  _put(tile, place) {
    const { nColumns, step, size } = this;
    const [x, y] = [(place % nColumns) * step, Math.floor(place / nColumns) * size.height];
    tile.style.transform = `translate(${x}px, ${y}px)`;
    tile.classList.toggle("wb-current", place === this.current);
  }

  /** Move to a place, and scroll until it is in view. */
  go(place) {
    this.current = Math.max(0, Math.min(place, this.images.length - 1));
    const { box, size, nColumns } = this;
    const top = Math.floor(this.current / nColumns) * size.height;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + size.height > box.scrollTop + box.clientHeight) box.scrollTop = top + size.height - box.clientHeight;
    this.draw();
    this.moved(this.image);
  }

  /** Move by a key; return false if it is no key of the list box. */
  press(key) {
    const { nColumns, size, box } = this;
    const page = Math.max(1, Math.floor(box.clientHeight / size.height)) * nColumns;
    const arrows = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -nColumns, ArrowDown: nColumns };
    const steps = { ...arrows, PageUp: -page, PageDown: page };
    if (key === "Home") this.go(0);
    else if (key === "End") this.go(this.images.length - 1);
    else if (key in steps) this.go(this.current + steps[key]);
    else return false;
    return true;
  }
}
