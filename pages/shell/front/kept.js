// A kept figure: one of the journal, drawn as it was and in the colours of this tab.

import { painted } from "./paint.js";
import { element } from "./panel.js";
import { camera } from "./picture.js";
import { plotly } from "./plot.js";
import { onLook, sheet } from "./theme.js";

const CONFIG = { displayModeBar: false, staticPlot: true, responsive: false };

function coloured(value) {
  if (typeof value === "string") return painted(value);
  if (Array.isArray(value)) return value.map(coloured);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, coloured(each)]));
}

class Kept {
  constructor(parent) {
    ["live", "picture"].forEach(sheet);
    this.root = element(parent, "ts-kept");
    this.root.dataset.testid = "kept-figure";
    const head = element(this.root, "ts-kept-head");
    camera(head, this.root, () => this.data);
    this.div = element(this.root, "ts-kept-plot");
    this.deaf = onLook(() => this.draw());
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.root);
  }

  render({ data }) {
    this.data = data;
    this.draw();
  }

  async draw() {
    if (!this.data || this.busy || !this.root.clientWidth) return;
    const { id, figure } = this.data;
    const drawn = `${id} ${this.root.clientWidth} ${painted("#0b0f14")} ${painted("#22c55e")}`;
    if (drawn === this.drawn) return;
    this.busy = true;
    try {
      const library = await plotly();
      const { data, layout } = coloured(figure);
      await library.react(this.div, data, { ...layout, width: this.root.clientWidth }, CONFIG);
      this.drawn = drawn;
      this.root.dataset.id = id;
    } catch (error) {
      console.error("a kept figure could not be drawn", error);
    } finally {
      this.busy = false;
    }
  }

  leave() {
    setTimeout(() => {
      if (this.root.isConnected) return;
      this.deaf();
      this.sizes.disconnect();
      if (window.Plotly) window.Plotly.purge(this.div);
    }, 0);
  }
}

const shown = new WeakMap();

export function render(component) {
  const parent = component.parentElement;
  let kept = shown.get(parent);
  if (!kept || !kept.root.isConnected) {
    kept = new Kept(parent);
    shown.set(parent, kept);
  }
  kept.render(component);
  return () => kept.leave();
}
