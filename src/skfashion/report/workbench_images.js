"use strict";
// Tiles of images, the panel of one image, and decisions about images.

const N_NEAR = 6; // neighbours of an image

class ImagePanel {
  constructor(workbench) {
    const { data, decisions, pictures } = workbench;
    Object.assign(this, { workbench, data, decisions, pictures });
    this.neighbours = new Neighbours(data.codes, data.rows.length);
    this.marked = new Set();
  }

  /** Return the file of an image, or its row. */
  nameOf(image) {
    return this.data.files?.[image] ?? `row ${this.data.rows[image]}`;
  }

  /** Return the label that an image has by hand; null if it has that of its cluster. */
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

  /** Let a tile show an image. */
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
    const flag = tile.querySelector(".wb-flag") ?? tile.appendChild(make("span", { className: "wb-flag" }));
    flag.textContent = `${isMarked ? "✓" : ""}${fate === null ? "" : fate === "left out" ? "×" : `→ ${fate}`}`;
    tile.classList.toggle("wb-out", fate === "left out");
    tile.ariaSelected = String(isMarked);
    const figures = this.figures(image).map(([name, value]) => `${name.toLowerCase()} ${value}`);
    tile.ariaLabel = [this.nameOf(image), ...figures, fate === null ? [] : fate].flat().join(", ");
  }

  /** Fill the panel of an image. */
  describe(image) {
    if (image === undefined) return;
    const cluster = this.workbench.clusterAt[image];
    const label = this.fate(image) ?? this.decisions.of(cluster).name ?? "none yet";
    const facts = [
      ["Name", this.nameOf(image)],
      ["Cluster", this.workbench.called(cluster)],
      ["Label", label],
      ...this.figures(image),
    ];
    at("facts").replaceChildren(...facts.flatMap(([term, text]) => [make("dt", {}, term), make("dd", {}, text)]));
    if (this.pictures) this.pictures.draw(at("picture"), image);
    at("picture").hidden = !this.pictures;
    const nMarked = this.marked.size;
    at("mark").ariaPressed = String(this.marked.has(image));
    at("label-what").textContent = nMarked ? `Label of ${counted(nMarked, "marked image")}` : "Label of the image";
    at("near").replaceChildren(...this.neighbours.nearest(image, N_NEAR).map((other) => this.nearButton(other)));
  }

  nearButton(image) {
    const cluster = this.workbench.clusterAt[image];
    const button = make("button", { type: "button", title: this.nameOf(image) });
    button.onclick = () => {
      this.workbench.open(cluster, image);
      at("grid").focus();
    };
    if (this.pictures) {
      button.append(this.workbench.canvas(image));
      this.pictures.draw(button.firstChild, image);
    } else button.append(make("span", {}, this.nameOf(image)));
    button.append(make("span", {}, this.workbench.called(cluster)));
    button.ariaLabel = `${this.nameOf(image)}, cluster ${this.workbench.called(cluster)}`;
    return make("li", {}, button);
  }

  /** Mark an image, or take its mark away; mark all of several images. */
  mark(...images) {
    const isOff = images.length === 1 && this.marked.delete(images[0]);
    if (!isOff) for (const image of images) this.marked.add(image);
    this.workbench.grid.refresh();
    this.describe(this.workbench.grid.image);
    this.workbench.say(`${counted(this.marked.size, "image")} marked.`);
  }

  /** Give the marked images, or else the current one, a label of their own. */
  label(label) {
    const images = this.marked.size ? [...this.marked] : [this.workbench.grid.image];
    if (images[0] === undefined) return;
    this.marked.clear();
    const rows = images.map((image) => this.data.rows[image]);
    this.workbench.say(this.decisions.label(rows, label));
    this.workbench.refresh(); // even if nothing has changed, the marks have
  }
}
