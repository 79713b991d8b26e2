"use strict";
// The ways of decisions out of the page and back: the browser's storage, a file, the clipboard.

class DecisionStorage {
  /** The decisions are kept under their run; say(words) tells what happened, warn(words) what goes on to matter. */
  constructor(decisions, say, warn) {
    Object.assign(this, { decisions, say, warn, isKept: true, key: `skfashion.decisions.${decisions.run}` });
  }

  text() {
    return JSON.stringify(this.decisions, null, 1);
  }

  store() {
    try {
      localStorage.setItem(this.key, JSON.stringify(this.decisions)); // browsers keep five million letters
      this.isKept = true;
    } catch {
      this.isKept = false;
    }
    this.warn(this.isKept ? "" : "This browser keeps nothing: download decisions.json before you leave the page.");
  }

  /** Take over what the browser has kept. */
  restore() {
    try {
      const text = localStorage.getItem(this.key);
      if (text !== null) this.decisions.load(text);
    } catch (error) {
      this.say(`The decisions that this browser has kept cannot be read. ${error.message}`);
    }
    this.decisions.forget();
  }

  /** Ask before the page is left with decisions that are nowhere else. */
  guard() {
    window.addEventListener("beforeunload", (event) => {
      if (!this.isKept) event.preventDefault();
    });
  }

  /** Follow another window with this page. */
  listen(changed) {
    window.addEventListener("storage", ({ key }) => {
      if (key !== this.key) return;
      const { changed: store } = this.decisions;
      this.decisions.changed = () => {}; // storing again would echo between the windows
      this.restore();
      this.decisions.changed = store;
      changed();
    });
  }

  download() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([this.text()], { type: "application/json" }));
    link.download = "decisions.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    this.say("decisions.json is among your downloads.");
  }

  /** Copy the text; a browser that does not allow it leaves it selected in the field. */
  async copy(field) {
    try {
      await navigator.clipboard.writeText(this.text());
      this.say("The decisions are on the clipboard.");
    } catch {
      field.closest("details").open = true;
      field.select();
      this.say("Press Ctrl+C to copy the text.");
    }
  }

  async read(input) {
    const [file] = input.files;
    if (!file) return;
    try {
      this.decisions.load(await file.text());
      this.say(`${file.name} has been read. Undo brings back what was here.`);
    } catch (error) {
      this.say(error.message);
    }
    input.value = "";
  }
}
