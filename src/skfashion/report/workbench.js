"use strict";
// The workbench: panels of clusters and of an image. All texts enter the page as textContent.

const N_NEAR = 6; // neighbours of an image
const N_TYPICAL = 3; // pictures of a cluster in the list
const N_SUGGESTED = 8;
const at = (id) => document.getElementById(`wb-${id}`);

/** Make an element with properties and children. */
function make(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

class Workbench {
  constructor(data) {
    this.data = data;
    this.byCluster = new Map(data.clusters.map((cluster) => [cluster.cluster, cluster]));
    this.clusterAt = new Array(data.rows.length);
    for (const { cluster, start, stop } of data.clusters) this.clusterAt.fill(cluster, start, stop);
    this.imageOf = new Map(data.rows.map((row, image) => [row, image]));
    this.decisions = new Decisions({
      run: data.run,
      nImages: data.n_images,
      clusters: data.clusters,
      fileOf: (row) => data.files?.[this.imageOf.get(row)] ?? null,
      clusterOf: (row) => this.clusterAt[this.imageOf.get(row)],
    });
    this.pictures = data.sprites && new Pictures(data.sprites);
    this.neighbours = new Neighbours(data.codes, data.rows.length);
    this.marked = new Set();
    const size = this.pictures ? { width: BOX + 8, height: BOX + 8 } : { width: 168, height: 40 };
    const dress = (tile, image) => this.dress(tile, image);
    this.grid = new Grid(at("grid"), { size, dress, moved: (image) => this.describe(image) });
    this.storage = new DecisionStorage(this.decisions, (words) => this.say(words));
    this.seen = new IntersectionObserver((entries) => this.drawSeen(entries), { root: at("clusters") });
  }

  start() {
    this.storage.restore();
    this.decisions.changed = () => {
      this.storage.store();
      this.refresh();
    };
    this.storage.listen(() => this.refresh());
    new Controls(this).listen();
    this.sort();
    this.open(this.order[0]);
  }

  say(words) {
    at("status").textContent = words;
  }

  // Clusters

  /** Return the number of images that the next decision on a cluster may be expected to settle: size times doubt. */
  worth(cluster) {
    const { size, doubt } = this.byCluster.get(cluster);
    const { name, mark } = this.decisions.of(cluster);
    if (mark) return 0;
    return size * (name === null ? 1 - doubt : doubt);
  }

  sort() {
    const by = at("cluster-order").value;
    const value = by === "worth" ? (c) => -this.worth(c) : by === "size" ? (c) => -this.byCluster.get(c).size : (c) => c;
    this.order = [...this.byCluster.keys()].sort((a, b) => value(a) - value(b) || a - b);
    this.seen.disconnect();
    this.buttons = new Map(this.order.map((cluster) => [cluster, this.clusterButton(cluster)]));
    at("clusters").replaceChildren(...[...this.buttons.values()].map((button) => make("li", {}, button)));
    for (const button of this.buttons.values()) this.seen.observe(button);
    if (this.cluster !== undefined) this.refresh();
  }

  clusterButton(cluster) {
    const button = make("button", { type: "button", onclick: () => this.open(cluster) });
    const pictures = make("span", { className: "wb-typical" });
    if (this.pictures) {
      const { start, stop } = this.byCluster.get(cluster);
      for (let image = start; image < Math.min(start + N_TYPICAL, stop); image++) pictures.append(this.canvas(image));
    }
    button.append(pictures, make("span", { className: "wb-called" }));
    return button;
  }

  canvas(image) {
    const canvas = make("canvas", { ariaHidden: "true" });
    canvas.dataset.image = image;
    return canvas;
  }

  drawSeen(entries) {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      this.seen.unobserve(target);
      for (const canvas of target.querySelectorAll("canvas")) this.pictures.draw(canvas, Number(canvas.dataset.image));
    }
  }

  called(cluster) {
    const { name, mark } = this.decisions.of(cluster);
    const noise = cluster === -1 ? " (noise)" : "";
    const words = { split: "to split further", leave_out: "left out" };
    const said = mark ? `, ${words[mark]}` : name !== null ? `: ${name}` : "";
    return `${cluster}${noise}${said}`;
  }

  /** Show a cluster and one of its images. */
  open(cluster, image) {
    const { start, stop } = this.byCluster.get(cluster);
    this.cluster = cluster;
    this.marked.clear();
    const places = Array.from({ length: stop - start }, (_, i) => start + i);
    const images = at("order").value === "doubt" ? this.data.by_doubt.slice(start, stop) : places;
    this.grid.show(images, image === undefined ? 0 : images.indexOf(image));
    at("name").value = this.decisions.of(cluster).name ?? "";
    this.refresh();
    this.buttons.get(cluster).scrollIntoView({ block: "nearest" });
  }

  step(by) {
    const place = this.order.indexOf(this.cluster) + by;
    if (this.order[place] !== undefined) this.open(this.order[place]);
  }

  /** Change between the two orders of images. */
  toggle() {
    at("order").value = at("order").value === "doubt" ? "typical" : "doubt";
    this.open(this.cluster);
    this.say(`Images by ${at("order").selectedOptions[0].textContent}.`);
  }

  next() {
    const others = this.order.filter((cluster) => cluster !== this.cluster);
    const open = others.filter((cluster) => !this.decisions.isDecided(cluster));
    const [best] = (open.length ? open : others).sort((a, b) => this.worth(b) - this.worth(a));
    if (!open.length) at("order").value = "doubt";
    if (best === undefined) return;
    this.open(best);
    const size = Math.round(this.worth(best));
    this.say(open.length ? `A name of cluster ${best} settles about ${counted(size, "image")}.` : `Every cluster has a decision; cluster ${best} has the most images in doubt.`);
  }

  /** Bring all panels up to date with the decisions. */
  refresh() {
    const { decisions, cluster } = this;
    const counts = decisions.counts();
    const more = [[counts.leftOut, "left out"], [counts.split, "to split further"]].filter(([n]) => n);
    const parts = more.map(([n, words]) => `, ${n.toLocaleString("en")} ${words}`);
    const all = counted(this.data.n_images, "image");
    at("counts").textContent = `${counts.named.toLocaleString("en")} of ${all} have a name${parts.join("")}`;
    at("progress").max = this.data.n_images;
    at("progress").value = counts.named;
    for (const [other, button] of this.buttons) {
      button.lastChild.textContent = `${this.called(other)} · ${this.byCluster.get(other).size.toLocaleString("en")}`;
      button.classList.toggle("wb-decided", decisions.isDecided(other));
      button.tabIndex = other === cluster ? 0 : -1;
      button.ariaCurrent = other === cluster ? "true" : null;
    }
    this.describeCluster();
    at("names").replaceChildren(...decisions.names().map((value) => make("option", { value })));
    at("text").value = this.storage.text();
    this.grid.refresh();
    this.describe(this.grid.image);
  }

  describeCluster() {
    const { decisions, cluster } = this;
    const { size, start, stop } = this.byCluster.get(cluster);
    const shown = stop - start < size ? `, ${(stop - start).toLocaleString("en")} of them on this page` : "";
    at("title").textContent = `Cluster ${this.called(cluster)} (${counted(size, "image")}${shown})`;
    if (document.activeElement !== at("name")) at("name").value = decisions.of(cluster).name ?? "";
    at("split").ariaPressed = String(decisions.of(cluster).mark === "split");
    at("leave").ariaPressed = String(decisions.of(cluster).mark === "leave_out");
    const members = decisions.members(cluster);
    at("separate").hidden = members.length === 1;
    const similar = this.data.similar.filter((pair) => pair.includes(cluster)).map(([a, b]) => (a === cluster ? b : a));
    const rest = [...this.byCluster.keys()].filter((other) => !similar.includes(other));
    const option = (other) => make("option", { value: other, textContent: `Cluster ${this.called(other)}` });
    const group = (label, clusters) => {
      const options = clusters.filter((other) => !members.includes(other)).map(option);
      return options.length ? [make("optgroup", { label }, ...options)] : [];
    };
    at("merge").replaceChildren(...group("Most alike", similar), ...group("Others", rest));
    this.suggest();
  }

  suggest() {
    const { decisions } = this;
    const isOpen = ([a, b]) => {
      const [first, second] = [decisions.of(a), decisions.of(b)];
      return !(first.group === second.group || first.mark || second.mark || (first.name !== null && second.name !== null));
    };
    const lines = this.data.similar.filter(isOpen).slice(0, N_SUGGESTED).map(([a, b]) => {
      const look = (cluster) => make("button", { type: "button", textContent: `Show ${this.called(cluster)}`, onclick: () => this.open(cluster) });
      const merge = make("button", { type: "button", textContent: `Merge ${a} and ${b}` });
      merge.onclick = () => this.say(decisions.merge(decisions.of(a).name === null ? a : b, decisions.of(a).name === null ? b : a));
      return make("li", { className: "wb-line" }, look(a), look(b), merge);
    });
    at("suggestions").replaceChildren(...lines);
    at("suggested").hidden = lines.length === 0;
  }

  // Images

  nameOf(image) {
    return this.data.files?.[image] ?? `row ${this.data.rows[image]}`;
  }

  fate(image) {
    const said = this.decisions.images.get(this.data.rows[image]);
    return said === undefined ? null : said.label === null ? "left out" : said.label;
  }

  /** List the known numbers of an image, as texts. */
  figures(image) {
    const { confidence, margin } = this.data;
    return [
      ["Confidence", confidence?.[image] == null ? null : `${(confidence[image] / 10).toFixed(0)}%`],
      ["Margin", margin?.[image] == null ? null : (margin[image] / 1000).toFixed(2)],
    ].filter(([, value]) => value !== null);
  }

  dress(tile, image) {
    if (this.pictures) {
      const canvas = tile.querySelector("canvas") ?? tile.appendChild(this.pictures.canvas());
      this.pictures.draw(canvas, image);
    } else {
      const text = tile.querySelector(".wb-text") ?? tile.appendChild(make("span", { className: "wb-text" }));
      text.textContent = this.nameOf(image);
    }
    const fate = this.fate(image);
    const isMarked = this.marked.has(image);
    const flag = tile.querySelector(".wb-flag") ?? tile.appendChild(make("span", { className: "wb-flag", ariaHidden: "true" }));
    flag.textContent = `${isMarked ? "✓" : ""}${fate === null ? "" : fate === "left out" ? "×" : `→ ${fate}`}`;
    tile.classList.toggle("wb-out", fate === "left out");
    tile.ariaSelected = String(isMarked);
    const figures = this.figures(image).map(([name, value]) => `${name.toLowerCase()} ${value}`);
    tile.ariaLabel = [this.nameOf(image), ...figures, fate === null ? [] : fate].flat().join(", ");
  }

  /** Fill the panel of an image. */
  describe(image) {
    this.described = image;
    if (image === undefined) return;
    const cluster = this.clusterAt[image];
    const label = this.fate(image) ?? this.decisions.of(cluster).name ?? "none yet";
    const facts = [["Name", this.nameOf(image)], ["Cluster", this.called(cluster)], ["Label", label], ...this.figures(image)];
    at("facts").replaceChildren(...facts.flatMap(([term, text]) => [make("dt", { textContent: term }), make("dd", { textContent: text })]));
    if (this.pictures) this.pictures.draw(at("picture"), image);
    at("picture").hidden = !this.pictures;
    const nMarked = this.marked.size;
    at("mark").ariaPressed = String(this.marked.has(image));
    at("label-what").textContent = nMarked ? `Label of ${counted(nMarked, "marked image")}` : "Label of the image";
    at("near").replaceChildren(...this.neighbours.nearest(image, N_NEAR).map((other) => this.nearButton(other)));
  }

  nearButton(image) {
    const cluster = this.clusterAt[image];
    const button = make("button", { type: "button", title: this.nameOf(image) });
    button.onclick = () => {
      this.open(cluster, image);
      at("grid").focus();
    };
    if (this.pictures) {
      button.append(this.canvas(image));
      this.pictures.draw(button.firstChild, image);
    } else button.append(make("span", { textContent: this.nameOf(image) }));
    button.append(make("span", { textContent: this.called(cluster) }));
    button.ariaLabel = `${this.nameOf(image)}, cluster ${this.called(cluster)}`;
    return make("li", {}, button);
  }

  /** Mark an image, or take its mark away; mark all of several images. */
  mark(...images) {
    const isOff = images.length === 1 && this.marked.delete(images[0]);
    if (!isOff) for (const image of images) this.marked.add(image);
    this.grid.refresh();
    this.describe(this.grid.image);
    this.say(`${counted(this.marked.size, "image")} marked.`);
  }

  label(label) {
    const images = this.marked.size ? [...this.marked] : [this.grid.image];
    if (images[0] === undefined) return;
    this.marked.clear();
    this.say(this.decisions.label(images.map((image) => this.data.rows[image]), label));
    this.refresh();
  }
}
