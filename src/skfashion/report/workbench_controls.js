"use strict";
// Buttons, forms and keys of the workbench, and its start.

const KEYS = {
  u: "undo",
  r: "redo",
  g: "next",
  "[": "back",
  "]": "ahead",
  n: "name",
  m: "choose",
  s: "split",
  x: "leave",
  t: "toggle",
  " ": "mark",
  l: "label",
  d: "drop",
  Delete: "drop",
  c: "return",
};

const BUTTONS = ["undo", "redo", "next", "split", "leave", "separate", "mark", "drop", "return", "download", "copy"];

class Controls {
  constructor(workbench) {
    this.workbench = workbench;
    this.decisions = workbench.decisions;
  }

  /** Carry out an action by its name. */
  act(name) {
    const { workbench, decisions } = this;
    const { cluster, grid, storage } = workbench;
    const say = (words) => workbench.say(words);
    const actions = {
      undo: () => say(decisions.undo()),
      redo: () => say(decisions.redo()),
      next: () => workbench.next(),
      back: () => workbench.step(-1),
      ahead: () => workbench.step(1),
      split: () => say(decisions.mark(cluster, "split")),
      leave: () => say(decisions.mark(cluster, "leave_out")),
      separate: () => say(decisions.separate(cluster)),
      merge: () => at("merge").value !== "" && say(decisions.merge(cluster, Number(at("merge").value))),
      mark: () => grid.image !== undefined && workbench.images.mark(grid.image),
      drop: () => workbench.images.label(null),
      return: () => workbench.images.label(undefined),
      download: () => storage.download(),
      copy: () => storage.copy(at("text")),
      toggle: () => workbench.toggle(),
      name: () => at("name").select(),
      label: () => at("label").select(),
      choose: () => at("merge").focus(),
    };
    actions[name]();
  }

  listen() {
    const { workbench, decisions } = this;
    for (const id of BUTTONS) at(id).onclick = () => this.act(id);
    at("merge-do").onclick = () => this.act("merge");
    at("cluster-order").onchange = () => workbench.sort();
    at("order").onchange = () => workbench.open(workbench.cluster);
    at("read").onchange = ({ target }) => workbench.storage.read(target);
    this.submit("name", (name) => workbench.say(decisions.rename(workbench.cluster, name)));
    this.submit("label", (label) => {
      at("label").value = "";
      workbench.images.label(label);
    });
    document.getElementById("workbench").addEventListener("keydown", (event) => this.press(event));
    this.point();
  }

  /** Take the text of a form with one field, and go back to the images. */
  submit(field, take) {
    at(`${field}-form`).onsubmit = (event) => {
      event.preventDefault();
      at("grid").focus();
      take(at(field).value);
    };
  }

  /** Listen to the mouse, the pen and the finger on images. */
  point() {
    const { workbench } = this;
    const { grid } = workbench;
    const placeOf = ({ target }) => target.closest(".wb-tile")?.dataset.place;
    at("grid").addEventListener("click", (event) => {
      const place = placeOf(event);
      if (place === undefined) return;
      const [first, last] = [grid.current, Number(place)].sort((a, b) => a - b);
      grid.go(Number(place));
      if (event.shiftKey) workbench.images.mark(...grid.images.slice(first, last + 1));
      else if (event.ctrlKey || event.metaKey) workbench.images.mark(grid.image);
    });
    at("grid").addEventListener("pointerover", (event) => {
      const place = placeOf(event);
      if (place !== undefined && event.pointerType === "mouse") workbench.images.describe(grid.images[place]);
    });
    at("grid").addEventListener("pointerleave", () => workbench.images.describe(grid.image));
  }

  press(event) {
    const { target, key } = event;
    if (this.isDone(target, key, event)) event.preventDefault();
  }

  /** Carry out a key; return true if it has been used. */
  isDone(target, key, { ctrlKey, metaKey, altKey, shiftKey }) {
    const { workbench } = this;
    if (key === "Escape") return at("grid").focus() ?? true;
    if (target === at("merge") && key === "Enter") {
      at("grid").focus();
      return this.act("merge") ?? true;
    }
    if (target.matches("input, select, textarea") || altKey) return false;
    if (ctrlKey || metaKey) {
      const isRedo = key === "y" || (key.toLowerCase() === "z" && shiftKey);
      if (isRedo || key === "z") return this.act(isRedo ? "redo" : "undo") ?? true;
      return false;
    }
    if (target === at("grid") && workbench.grid.press(key)) return true;
    const by = at("clusters").contains(target) ? { ArrowUp: -1, ArrowDown: 1 }[key] : undefined;
    if (by) {
      workbench.step(by);
      return workbench.buttons.get(workbench.cluster).focus() ?? true;
    }
    const isPressed = target.matches("button, summary") && key === " ";
    if (!(key in KEYS) || isPressed) return false;
    return this.act(KEYS[key]) ?? true;
  }
}

{
  const data = JSON.parse(document.getElementById("wb-data").textContent);
  document.getElementById("workbench").hidden = false; // before the start, which measures the list box
  new Workbench(data).start();
  at("without").remove();
}
