"use strict";
// The decisions of a person about clusters and images, with undo, and their form as decisions.json.

const FORMAT = "skfashion.decisions";
const VERSION = 1;
const MAX_NAME = 100; // characters
const quoted = (name) => `“${name}”`;
const counted = (n, noun) => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;

class Decisions {
  /** Clusters are [{cluster, size}]; fileOf, clusterOf and rowOf (of a file) answer for images that are shown. */
  constructor({ run, nImages, clusters, fileOf, clusterOf, rowOf }) {
    Object.assign(this, { run, nImages, fileOf, clusterOf, rowOf });
    this.sizes = new Map(clusters.map(({ cluster, size }) => [cluster, size]));
    this.clusters = new Map(); // cluster -> {name, group, mark}; a group has the number of its first cluster
    this.images = new Map(); // row -> {label}, null for an image that is left out
    this.done = [];
    this.undone = [];
    this.changed = () => {};
  }

  of(cluster) {
    return this.clusters.get(cluster) ?? { name: null, group: cluster, mark: null };
  }

  isDecided(cluster) {
    const { name, mark } = this.of(cluster);
    return name !== null || mark !== null;
  }

  /** List the clusters that have one label with this one, itself included. */
  members(cluster) {
    const { group } = this.of(cluster);
    return [...this.sizes.keys()].filter((other) => this.of(other).group === group);
  }

  withName(name) {
    return [...this.clusters].filter(([, said]) => said.name === name).map(([cluster]) => cluster);
  }

  names() {
    const ofClusters = [...this.clusters.values()].map(({ name }) => name);
    const ofImages = [...this.images.values()].map(({ label }) => label);
    const all = new Set([...ofClusters, ...ofImages].filter((name) => name !== null));
    return [...all].sort((a, b) => a.localeCompare(b));
  }

  sizeOf(clusters) {
    return clusters.reduce((sum, cluster) => sum + this.sizes.get(cluster), 0);
  }

  /** Give a cluster, and those merged with it, a name; an empty one takes the name away. Return what happened. */
  rename(cluster, text) {
    const name = clean(text) || null;
    const before = this.of(cluster);
    const members = this.members(cluster);
    const same = name === null ? [] : this.withName(name).filter((other) => !members.includes(other));
    const edits = this._together([...members, ...same], name);
    const isFree = before.name !== null && this.withName(before.name).every((other) => members.includes(other));
    if (name !== null && isFree) edits.push(...this._moved(before.name, name));
    this._apply(edits);
    if (name === null) return `${titled(members)} ${members.length > 1 ? "have" : "has"} no name.`;
    if (same.length) {
      return `${quoted(name)} is the name of ${titled(same).toLowerCase()}, too: ${this._merged(cluster)}`;
    }
    return `${titled(members)}: ${quoted(name)}, ${counted(this.sizeOf(members), "image")}.`;
  }

  /** Give two clusters one label, the name of the second one if it has any. Return what happened. */
  merge(cluster, other) {
    const [ours, theirs] = [this.of(cluster).name, this.of(other).name];
    const name = theirs ?? ours;
    const edits = this._together([...this.members(cluster), ...this.members(other)], name);
    if (ours !== null && theirs !== null && ours !== theirs) edits.push(...this._moved(ours, theirs));
    this._apply(edits);
    return capital(this._merged(cluster));
  }

  /** Take a cluster out of its label. */
  separate(cluster) {
    this._apply([...this._apart(cluster), ["clusters", cluster, undefined]]);
    return `Cluster ${cluster} is on its own again, without a name.`;
  }

  /** Mark a cluster as "split" or "leave_out"; the same mark again takes it away. */
  mark(cluster, mark) {
    const isOff = this.of(cluster).mark === mark;
    const value = isOff ? undefined : { name: null, group: cluster, mark };
    this._apply([...this._apart(cluster), ["clusters", cluster, value]]);
    const words = mark === "split" ? "to be split further" : "left out";
    return `Cluster ${cluster} is ${isOff ? "not " : ""}${words}.`;
  }

  /** Give images a label of their own; null leaves them out, undefined returns them to their clusters. */
  label(rows, text) {
    const label = typeof text === "string" ? clean(text) || undefined : text;
    this._apply(rows.map((row) => ["images", row, label === undefined ? undefined : { label }]));
    const which = rows.length === 1 ? this.fileOf(rows[0]) ?? `Row ${rows[0]}` : counted(rows.length, "image");
    if (label === undefined) return `${which}: as the cluster says.`;
    return label === null ? `${which}: left out.` : `${which}: ${quoted(label)}.`;
  }

  undo() {
    return this._step(this.done, this.undone, "before", "Undone", "There is nothing to undo.");
  }

  redo() {
    return this._step(this.undone, this.done, "after", "Done again", "There is nothing to do again.");
  }

  /** Forget the steps: undo and redo begin again. */
  forget() {
    this.done = [];
    this.undone = [];
  }

  /** Count the images with a name, those left out, and those to be split further. */
  counts() {
    const counts = { named: 0, leftOut: 0, split: 0 };
    const add = (kind, n) => kind && (counts[kind] += n);
    const kindOf = ({ name, mark }) => (mark === "split" ? "split" : mark ? "leftOut" : name !== null ? "named" : null);
    for (const [cluster, said] of this.clusters) add(kindOf(said), this.sizes.get(cluster));
    for (const [row, { label }] of this.images) {
      const cluster = this.clusterOf(row);
      if (cluster === undefined) continue; // an image that is not shown
      add(kindOf(this.of(cluster)), -1);
      add(label === null ? "leftOut" : "named", 1);
    }
    return counts;
  }

  toJSON() {
    const groups = new Map();
    const marked = { split: [], leave_out: [] };
    for (const [cluster, { name, group, mark }] of [...this.clusters].sort(byFirst)) {
      if (mark) marked[mark].push(cluster);
      else if (groups.has(group)) groups.get(group).clusters.push(cluster);
      else groups.set(group, { name, clusters: [cluster] });
    }
    const labels = [...groups.values()].filter(({ name, clusters }) => name !== null || clusters.length > 1);
    const images = [...this.images].sort(byFirst).map(([row, { label, file }]) => {
      const what = label === null ? { leave_out: true } : { label };
      return { row, file: this.fileOf(row) ?? file ?? null, ...what };
    });
    return { format: FORMAT, version: VERSION, run: this.run, labels, ...marked, images };
  }

  /** Take over decisions.json in place of all decisions; it can be undone. Throw an Error that says what is wrong. */
  load(text) {
    const { clusters, images } = parseDecisions(text, this);
    const edits = [];
    for (const [kind, after] of [["clusters", clusters], ["images", images]]) {
      for (const key of this[kind].keys()) if (!after.has(key)) edits.push([kind, key, undefined]);
      for (const [key, value] of after) edits.push([kind, key, value]);
    }
    this._apply(edits);
  }

  _together(clusters, name) {
    const group = Math.min(...clusters);
    const value = clusters.length > 1 || name !== null ? { name, group, mark: null } : undefined;
    return clusters.map((cluster) => ["clusters", cluster, value]);
  }

  _apart(cluster) {
    const rest = this.members(cluster).filter((other) => other !== cluster);
    return rest.length ? this._together(rest, this.of(cluster).name) : [];
  }

  _moved(before, after) {
    const moved = [...this.images].filter(([, { label }]) => label === before);
    return moved.map(([row, said]) => ["images", row, { ...said, label: after }]);
  }

  _merged(cluster) {
    const members = this.members(cluster);
    const { name } = this.of(cluster);
    const called = name === null ? "without a name yet" : quoted(name);
    return `${titled(members).toLowerCase()} are one label, ${called}, ${counted(this.sizeOf(members), "image")}.`;
  }

  _apply(edits) {
    const steps = edits.map(([kind, key, after]) => ({ kind, key, before: this[kind].get(key), after }));
    const isChange = steps.some(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
    if (!isChange) return;
    this.done.push(steps);
    this.undone = [];
    this._put(steps, "after");
  }

  _step(from, to, side, words, none) {
    const steps = from.pop();
    if (!steps) return none;
    to.push(steps);
    this._put(steps, side);
    const clusters = steps.filter(({ kind }) => kind === "clusters").map(({ key }) => key);
    const nImages = steps.length - clusters.length;
    const parts = [...(clusters.length ? [titled(clusters)] : []), ...(nImages ? [counted(nImages, "image")] : [])];
    return `${words}: ${parts.join(", ").toLowerCase()}.`;
  }

  _put(steps, side) {
    for (const step of steps) {
      if (step[side] === undefined) this[step.kind].delete(step.key);
      else this[step.kind].set(step.key, step[side]);
    }
    this.changed();
  }
}

const byFirst = ([a], [b]) => a - b;
const clean = (text) => text.normalize("NFC").replace(/[\s\p{Cc}\p{Cs}]+/gu, " ").trim();
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function titled(clusters) {
  const sorted = [...clusters].sort((a, b) => a - b);
  const last = sorted.pop();
  return sorted.length ? `Clusters ${sorted.join(", ")} and ${last}` : `Cluster ${last}`;
}

/** Read decisions.json for a run; return its clusters and images as maps. */
function parseDecisions(text, { run, nImages, sizes, fileOf, rowOf }) {
  const fail = (why) => {
    throw new Error(`The file cannot be used: ${why}.`);
  };
  let said;
  try {
    said = JSON.parse(text);
  } catch {
    fail("it is not JSON");
  }
  if (said?.format !== FORMAT) fail(`it has no "format": "${FORMAT}"`);
  if (said.version !== VERSION) fail(`it has version ${said.version}, and this page reads version ${VERSION}`);
  if (said.run !== run) fail(`it belongs to another run, ${said.run}; this is ${run}`);
  const lists = ["labels", "split", "leave_out", "images"];
  const unknown = Object.keys(said).find((key) => !["format", "version", "run", ...lists].includes(key));
  if (unknown !== undefined) fail(`it has ${quoted(unknown)}, which this page does not know`);
  for (const key of lists) {
    if (!Array.isArray(said[key] ?? [])) fail(`"${key}" is no list`);
  }
  const images = parseImages(said.images ?? [], { nImages, fileOf, rowOf }, fail);
  return { clusters: parseClusters(said, sizes, fail), images };
}

function parseName(text, fail) {
  const name = typeof text === "string" ? clean(text) : "";
  if ([...name].length > MAX_NAME) fail(`the name ${quoted(name.slice(0, 20))} has more than ${MAX_NAME} characters`);
  return name || null;
}

function parseClusters(said, sizes, fail) {
  const clusters = new Map();
  const names = new Set();
  const put = (cluster, value) => {
    if (!sizes.has(cluster)) fail(`there is no cluster ${JSON.stringify(cluster)}`);
    if (clusters.has(cluster)) fail(`cluster ${cluster} occurs twice`);
    clusters.set(cluster, value);
  };
  for (const entry of said.labels ?? []) {
    const name = parseName(entry?.name, fail);
    if (!Array.isArray(entry?.clusters) || !entry.clusters.length) fail('an entry of "labels" has no clusters');
    if (name !== null && names.has(name)) fail(`the name ${quoted(name)} occurs twice`);
    names.add(name);
    for (const cluster of entry.clusters) put(cluster, { name, group: Math.min(...entry.clusters), mark: null });
  }
  for (const mark of ["split", "leave_out"]) {
    for (const cluster of said[mark] ?? []) put(cluster, { name: null, group: cluster, mark });
  }
  return clusters;
}

function parseImages(entries, { nImages, fileOf, rowOf }, fail) {
  const images = new Map();
  for (const { row: said, file, label: text, leave_out: isOut } of entries.map((entry) => entry ?? {})) {
    const row = said ?? rowOf(file);
    if (row == null) fail(`the file ${file} is not on this page`);
    if (!Number.isInteger(row) || row < 0 || row >= nImages) fail(`there is no row ${JSON.stringify(row)}`);
    const known = fileOf(row);
    if (images.has(row)) fail(`row ${row} occurs twice`);
    if (known != null && file != null && known !== file) fail(`row ${row} is ${known} here, not ${file}`);
    const label = parseName(text, fail);
    if ((label !== null) === (isOut === true)) fail(`row ${row} needs a label, or "leave_out": true`);
    images.set(row, known == null && file != null ? { label, file } : { label });
  }
  return images;
}
