// A figure's labels and level lines, laid over the plot as plain elements.
//
// Plotly measures every annotation at every drawing, which takes it longer than drawing the
// candles. These need no measuring: they are placed by the axes that Plotly has just set.

import { element } from "./panel.js";

const LABEL_PX = 17;
const ANCHOR = { left: 0, center: -50, right: -100, top: 0, middle: -50, bottom: -100 };

/** Return `value` in the figure's own terms as pixels from the plot's left or upper edge. */
function pixels(layout, ref, value, letter) {
  const { width, height, margin, _size: size } = layout;
  if (ref === "paper") {
    if (letter === "x") return margin.l + value * (size ? size.w : width - margin.l - margin.r);
    return margin.t + (1 - value) * (size ? size.h : height - margin.t - margin.b);
  }
  const [name, domain] = ref.split(" ");
  const axis = layout[`${letter}axis${name.slice(1)}`];
  if (domain) return axis._offset + axis._length * (letter === "x" ? value : 1 - value);
  return axis._offset + axis.l2p(axis.r2l ? axis.r2l(value) : value);
}

/** Return whether Plotly has the axis: where a pane has nothing to draw, it leaves it out. */
function isKnown(layout, ref, letter) {
  return ref === "paper" || Boolean(layout[`${letter}axis${ref.split(" ")[0].slice(1)}`]);
}

/** Put text with <b> and <br> into an element; everything else in it stays text. */
function write(target, text) {
  if (target.dataset.text === text) return;
  target.dataset.text = text;
  target.style.fontWeight = text.startsWith("<b>") ? "700" : "400";
  target.replaceChildren();
  for (const [index, line] of text.replaceAll(/<\/?b>/g, "").split("<br>").entries()) {
    if (index) target.appendChild(document.createElement("br"));
    target.appendChild(document.createTextNode(line));
  }
}

export class Overlay {
  constructor(root) {
    this.root = root;
    this.layer = element(root, "ts-overlay");
    this.band = element(this.layer, "ts-band");
    this.marked = null;
    this.lines = [];
    this.labels = [];
    this.shapes = [];
    this.annotations = [];
  }

  /** Take labels and lines out of a layout; Plotly only sees the areas. */
  take(layout) {
    const shapes = layout.shapes || [];
    this.shapes = shapes.filter((shape) => shape.type === "line");
    this.annotations = layout.annotations || [];
    layout.shapes = shapes.filter((shape) => shape.type !== "line");
    layout.annotations = [];
  }

  /** Return how many lines of words stand at the bottom left of the price pane. */
  foot() {
    const isThere = (each) => each.yref === "y domain" && each.yanchor === "bottom" && each.xanchor === "left";
    return this.annotations.filter(isThere).reduce((sum, each) => sum + each.text.split("<br>").length, 0);
  }

  clear() {
    this.take({});
    this.place({});
  }

  /** Mark a stretch of time, {from, to} in milliseconds, through all panes; null = none. */
  mark(stretch) {
    this.marked = stretch;
  }

  /** Price labels never cover one another, and those out of sight wait at the edge. */
  spread(layout) {
    const { yaxis } = layout;
    if (!yaxis) return;
    const top = yaxis._offset + LABEL_PX / 2;
    const bottom = yaxis._offset + yaxis._length - LABEL_PX / 2;
    const onAxis = this.annotations.filter((each) => each.yref === "y" && each.xref === "paper");
    for (const label of onAxis) {
      const y = pixels(layout, "y", label.y, "y");
      label.edge = y < yaxis._offset ? "▲" : y > yaxis._offset + yaxis._length ? "▼" : "";
      label.order = y - (label.yshift || 0);
      label.at = Math.min(Math.max(label.order, top), bottom);
    }
    onAxis.sort((a, b) => a.order - b.order);
    // The last price, in bold, stays at its place; the others make room around it.
    const fixed = Math.max(onAxis.findIndex((label) => label.text.startsWith("<b>")), 0);
    for (let i = fixed - 1; i >= 0; i--) {
      onAxis[i].at = Math.min(onAxis[i].at, onAxis[i + 1].at - LABEL_PX);
    }
    for (let i = fixed + 1; i < onAxis.length; i++) {
      onAxis[i].at = Math.max(onAxis[i].at, onAxis[i - 1].at + LABEL_PX);
    }
    let ceiling = top;
    for (const label of onAxis) {
      label.at = Math.max(label.at, ceiling);
      ceiling = label.at + LABEL_PX;
    }
    let floor = bottom;
    for (let i = onAxis.length - 1; i >= 0; i--) {
      onAxis[i].at = Math.min(onAxis[i].at, floor);
      floor = onAxis[i].at - LABEL_PX;
    }
  }

  /** A price of the axis under a label is not shown: half of it would be seen. */
  bare(layout) {
    if (!layout.yaxis) return;
    const at = this.annotations.map((each) => each.at).filter((each) => each !== undefined);
    for (const tick of this.root.querySelectorAll(".ytick text")) {
      const y = pixels(layout, "y", tick.__data__.x, "y");
      tick.style.visibility = at.some((each) => Math.abs(each - y) < LABEL_PX - 2) ? "hidden" : "";
    }
  }

  /** Place everything by the axes of `layout` (Plotly's full layout). */
  place(layout) {
    this.placeBand(layout);
    this.spread(layout);
    this.bare(layout);
    this.fit(this.lines, this.shapes.length, "ts-line");
    this.fit(this.labels, this.annotations.length, "ts-mark");
    this.shapes.forEach((shape, i) => this.line(this.lines[i], shape, layout));
    this.annotations.forEach((label, i) => this.label(this.labels[i], label, layout));
  }

  placeBand({ xaxis, height, margin }) {
    const shown = this.marked && xaxis;
    this.band.style.display = shown ? "block" : "none";
    if (!shown) return;
    const edges = [this.marked.from, this.marked.to].map((ms) =>
      Math.min(Math.max(xaxis.l2p(ms), 0), xaxis._length),
    );
    this.band.style.transform = `translate(${xaxis._offset + edges[0]}px, ${margin.t}px)`;
    this.band.style.width = `${edges[1] - edges[0]}px`;
    this.band.style.height = `${height - margin.t - margin.b}px`;
  }

  fit(elements, count, className) {
    while (elements.length < count) elements.push(element(this.layer, className));
    while (elements.length > count) elements.pop().remove();
  }

  line(target, shape, layout) {
    if (!isKnown(layout, shape.xref, "x") || !isKnown(layout, shape.yref, "y")) {
      target.style.display = "none";
      return;
    }
    const axis = layout[`yaxis${shape.yref.slice(1)}`];
    const y = pixels(layout, shape.yref, shape.y0, "y");
    const hidden = y < axis._offset || y > axis._offset + axis._length;
    target.style.display = hidden ? "none" : "block";
    if (hidden) return;
    const from = pixels(layout, shape.xref, shape.x0, "x");
    const to = pixels(layout, shape.xref, shape.x1, "x");
    const { color, width, dash } = shape.line;
    const style = { dash: "dashed", dot: "dotted" }[dash] || "solid";
    target.style.cssText +=
      `;transform:translate(${from}px,${y - width / 2}px);width:${to - from}px;` +
      `border-top:${width}px ${style} ${color}`;
  }

  label(target, label, layout) {
    if (!isKnown(layout, label.xref, "x") || !isKnown(layout, label.yref, "y")) {
      target.style.display = "none";
      return;
    }
    const pinned = label.at !== undefined;
    const y = pinned ? label.at : pixels(layout, label.yref, label.y, "y") - (label.yshift || 0);
    const axis = pinned || label.yref === "paper" ? null : layout[`yaxis${label.yref.split(" ")[0].slice(1)}`];
    const hidden = axis && (y < axis._offset - 1 || y > axis._offset + axis._length + 1);
    target.style.display = hidden ? "none" : "block";
    if (hidden) return;
    const x = pixels(layout, label.xref, label.x, "x") + (label.xshift || 0);
    const across = ANCHOR[label.xanchor || "center"];
    const down = ANCHOR[label.yanchor || "middle"];
    write(target, pinned ? label.text + label.edge : label.text);
    const border = label.bordercolor ? `${label.borderwidth}px solid ${label.bordercolor}` : "0";
    target.style.cssText +=
      `;transform:translate(${x}px,${y}px) translate(${across}%,${down}%);` +
      `color:${label.font.color};font-size:${label.font.size}px;` +
      `background:${label.bgcolor || "none"};border:${border};` +
      `padding:${label.bgcolor ? "0 4px" : "0"};text-align:${label.xanchor || "center"}`;
  }
}
