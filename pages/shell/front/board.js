// A board: a tree of elements made on the server, patched into the page as it changes.

import { mounted, Panel } from "./panel.js";
import { camera } from "./picture.js";
import { patch } from "./tree.js";

class Board extends Panel {
  constructor(parent) {
    super(parent, "board");
    this.root.classList.replace("ts-panel", "ts-board");
    this.words = document.createElement("div");
    this.words.className = "ts-board-words";
    this.tree = document.createElement("div");
    this.tree.className = "ts-board-tree";
    this.root.append(this.words, this.tree);
    camera(this.root, this.root, () => this.shown && { ...this.shown, title: this.root.dataset.testid }, { marks: true });
    this.tree.addEventListener("click", ({ target }) => {
      const picked = target.closest("[data-pick]");
      if (picked) this.component.setTriggerValue("pick", picked.dataset.pick);
    });
  }

  configure({ testid }) {
    this.root.dataset.testid = testid;
  }

  show(message) {
    this.shown = message;
    this.words.textContent = "";
    patch(this.tree, message.nodes);
    this.patched(message);
  }

  repaint() {
    patch(this.tree, []);
    super.repaint();
  }

  blank(text) {
    this.shown = null;
    this.words.textContent = text;
    patch(this.tree, []);
  }

  freshness(state, age, words) {
    if (this.root.dataset.frames && (words || this.newest)) this.words.textContent = words;
  }
}

export const render = mounted((parent) => new Board(parent));
