"use strict";
// The workbench: clusters, their names and their order. All texts enter the page as textContent.

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
    const rowOfFile = new Map(data.files?.map((file, image) => [file, data.rows[image]]));
    this.decisions = new Decisions({
      run: data.run,
      nImages: data.n_images,
      clusters: data.clusters,
      fileOf: (row) => data.files?.[this.imageOf.get(row)] ?? null,
      rowOf: (file) => rowOfFile.get(file),
      clusterOf: (row) => this.clusterAt[this.imageOf.get(row)],
    });
    this.pictures = data.sprites && new Pictures(data.sprites);
    this.images = new ImagePanel(this);
    const size = this.pictures ? { width: BOX + 8, height: BOX + 8 } : { width: 168, height: 40 };
    const dress = (tile, image) => this.images.dress(tile, image);
    this.grid = new Grid(at("grid"), { size, dress, moved: (image) => this.images.describe(image) });
    this.storage = new DecisionStorage(this.decisions, (words) => this.say(words), (words) => this.warn(words));
    this.seen = new IntersectionObserver((entries) => this.drawSeen(entries));
  }

  start() {
    for (const [cluster, name] of this.data.names) if (this.byCluster.has(cluster)) this.decisions.rename(cluster, name);
    this.storage.restore();
    this.decisions.changed = () => {
      this.storage.store();
      this.refresh();
    };
    this.storage.listen(() => this.refresh());
    this.storage.guard();
    new Controls(this).listen();
    this.sort();
    this.open(this.order[0]);
  }

  say(words) {
    at("status").textContent = words;
  }

  /** Show words that stay until others, or none, take their place. */
  warn(words) {
    if (at("warning").textContent !== words) at("warning").textContent = words;
    at("warning").hidden = !words;
  }

  /** Return the number of images that the next decision on a cluster may be expected to settle: size times doubt. */
  worth(cluster) {
    const { size, doubt } = this.byCluster.get(cluster);
    const { name, mark } = this.decisions.of(cluster);
    if (mark) return 0;
    return size * (name === null ? 1 - doubt : doubt);
  }

  /** List the clusters in the chosen order. */
  sort() {
    const by = at("cluster-order").value;
    const values = { worth: (c) => -this.worth(c), size: (c) => -this.byCluster.get(c).size, cluster: (c) => c };
    this.order = [...this.byCluster.keys()].sort((a, b) => values[by](a) - values[by](b) || a - b);
    this.buttons = new Map(this.order.map((cluster) => [cluster, this.clusterButton(cluster)]));
    at("clusters").replaceChildren(...[...this.buttons.values()].map((button) => make("li", {}, button)));
    if (this.cluster !== undefined) this.refresh();
  }

  /** Make a button that opens a cluster, with its typical images, which are drawn once they are seen. */
  clusterButton(cluster) {
    const { start, stop } = this.byCluster.get(cluster);
    const pictures = make("span", { className: "wb-typical" });
    for (let image = start; this.pictures && image < Math.min(start + N_TYPICAL, stop); image++) {
      pictures.append(this.canvas(image));
    }
    const button = make("button", { type: "button" }, pictures, make("span", { className: "wb-called" }));
    button.onclick = () => this.open(cluster);
    this.seen.observe(button);
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

  /** Return the number of a cluster with its name or mark. */
  called(cluster) {
    const { name, mark } = this.decisions.of(cluster);
    const noise = cluster === -1 ? " (noise)" : "";
    const words = { split: "to split further", leave_out: "left out" };
    const others = this.decisions.members(cluster).filter((other) => other !== cluster);
    const merged = others.length ? ` with ${others.join(", ")}, no name yet` : "";
    const said = mark ? `, ${words[mark]}` : name !== null ? `: ${name}` : merged;
    return `${cluster}${noise}${said}`;
  }

  /** Show a cluster and one of its images. */
  open(cluster, image) {
    const { start, stop } = this.byCluster.get(cluster);
    this.cluster = cluster;
    this.images.marked.clear();
    const places = Array.from({ length: stop - start }, (_, i) => start + i);
    const images = at("order").value === "doubt" ? this.data.by_doubt.slice(start, stop) : places;
    this.grid.show(images, image === undefined ? 0 : images.indexOf(image));
    at("name").value = this.decisions.of(cluster).name ?? "";
    this.refresh();
    this.buttons.get(cluster).scrollIntoView({ block: "nearest" });
  }

  /** Open the cluster that is so many places further in the list. */
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

  /** Open the cluster without a decision that is worth most; if there is none, the next one in doubt. */
  next() {
    const ranked = [...this.order].sort((a, b) => this.worth(b) - this.worth(a));
    const open = ranked.filter((cluster) => cluster !== this.cluster && !this.decisions.isDecided(cluster));
    if (open.length) {
      this.open(open[0]);
      this.say(`A name of cluster ${open[0]} settles about ${counted(Math.round(this.worth(open[0])), "image")}.`);
      return;
    }
    const place = ranked.indexOf(this.cluster) + 1;
    at("order").value = "doubt";
    this.open(ranked[place % ranked.length]);
    const size = Math.round(this.worth(this.cluster));
    this.say(`The others have decisions. In cluster ${this.cluster}, about ${counted(size, "image")} may be wrong.`);
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
    this.images.describe(this.grid.image);
  }

  /** Bring the panel of the open cluster up to date. */
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

  /** Suggest merges of clusters that are alike and are not decided yet. */
  suggest() {
    const { decisions } = this;
    const isOpen = ([a, b]) => {
      const [first, second] = [decisions.of(a), decisions.of(b)];
      const areNamed = first.name !== null && second.name !== null;
      return !(first.group === second.group || first.mark || second.mark || areNamed);
    };
    const lines = this.data.similar.filter(isOpen).slice(0, N_SUGGESTED).map(([a, b]) => {
      const [first, second] = decisions.of(a).name === null ? [a, b] : [b, a]; // the second one gives the name
      const looks = [a, b].map((cluster) => {
        const button = this.clusterButton(cluster);
        button.lastChild.textContent = this.called(cluster);
        button.ariaLabel = `Show cluster ${this.called(cluster)}`;
        return button;
      });
      const merge = make("button", { type: "button", textContent: `Merge ${a} and ${b}` });
      merge.onclick = () => {
        at("suggested").firstElementChild.focus(); // the button is about to go
        this.say(decisions.merge(first, second));
      };
      return make("li", { className: "wb-line" }, ...looks, merge);
    });
    at("suggestions").replaceChildren(...lines);
    at("suggested").hidden = lines.length === 0;
  }
}
