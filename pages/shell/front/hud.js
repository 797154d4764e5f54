// HUD: a small panel over the page, wherever the trader put it.

import { press } from "./keys.js";
import { everywhere, Panel } from "./panel.js";
import { corner, place, shift } from "./hud_place.js";
import { sheet } from "./theme.js";
import { patch } from "./tree.js";

const KEPT = "tapescope-hud";

function remembered() {
  try {
    return place(JSON.parse(localStorage.getItem(KEPT)));
  } catch {
    return place(null);
  }
}

class Hud extends Panel {
  constructor() {
    super(document.body, "hud");
    sheet("hud");
    this.root.classList.replace("ts-panel", "ts-hud");
    this.root.setAttribute("role", "region");
    this.root.setAttribute("aria-label", "HUD");
    this.words = document.createElement("div");
    this.words.className = "ts-hud-words";
    this.tree = document.createElement("div");
    this.close = document.createElement("button");
    this.close.className = "ts-hud-close";
    this.close.textContent = "\u00d7";
    this.close.title = "Hide (H)";
    this.close.addEventListener("click", () => press("h"));
    this.root.append(this.words, this.tree, this.close);
    this.place = remembered();
    this.down = null;
    this.listen();
  }

  render(component) {
    super.render(component);
    this.put();
  }

  listen() {
    const { root } = this;
    root.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.target === this.close) return;
      this.down = { x: event.clientX, y: event.clientY, box: root.getBoundingClientRect() };
      root.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    root.addEventListener("pointermove", (event) => {
      if (!this.down) return;
      const { x, y, box } = this.down;
      this.place = corner(box.left + event.clientX - x, box.top + event.clientY - y, box, window);
      this.put();
    });
    for (const name of ["pointerup", "pointercancel"]) {
      root.addEventListener(name, () => {
        if (this.down) localStorage.setItem(KEPT, JSON.stringify(this.place));
        this.down = null;
      });
    }
    this.resized = () => this.put();
    window.addEventListener("resize", this.resized);
    this.sizes = new ResizeObserver(this.resized);
    this.sizes.observe(root);
  }

  /** Lay it where it belongs, wholly inside the window. */
  put() {
    const { left, top } = shift(this.place, this.root.getBoundingClientRect(), window);
    this.root.style.transform = `translate(${left}px, ${top}px)`;
  }

  show(message) {
    patch(this.tree, message.nodes);
    this.patched(message);
  }

  blank(text) {
    this.words.textContent = text;
    patch(this.tree, []);
  }

  freshness(state, age, words) {
    if (words || this.tree.firstChild) this.words.textContent = words;
  }

  dispose() {
    window.removeEventListener("resize", this.resized);
    this.sizes.disconnect();
  }
}

export const render = everywhere(() => new Hud(), (data) => data.on);
