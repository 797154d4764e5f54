// What each lower pane says at the bar under the mouse: one line of words above its right corner.

import { element } from "./panel.js";
import { fixed } from "./readout.js";
import { nearest } from "./slots.js";

const words = ({ label, values, decimals, unit, words: said }, bar) =>
  said ? said[values[bar]] || "" : `${label ? `${label} ` : ""}${fixed(values[bar], decimals)} ${unit}`;

export class Chips {
  constructor(root) {
    this.layer = element(root, "ts-overlay");
    this.chips = [];
  }

  hide() {
    this.layer.style.visibility = "hidden";
  }

  /** `beside` is {time, panes}; `layout` Plotly's full layout. */
  show(beside, ms, layout) {
    const panes = beside.time.length ? beside.panes.filter((pane) => layout[pane.axis]) : [];
    while (this.chips.length < panes.length) this.chips.push(element(this.layer, "ts-chip"));
    while (this.chips.length > panes.length) this.chips.pop().remove();
    panes.forEach((pane, i) => {
      const bar = nearest(pane.time || beside.time, ms);
      const { _offset: top } = layout[pane.axis];
      const { _offset: left, _length: length } = layout.xaxis;
      this.chips[i].textContent = pane.cells.map((cell) => words(cell, bar)).filter(Boolean).join(" · ");
      this.chips[i].style.transform = `translate(${left + length}px, ${top}px) translate(-100%, -100%)`;
    });
    this.layer.style.visibility = "visible";
  }
}
