// Circles on the price pane, on a canvas of their own, and the words of the one under the mouse.
//
// Three hundred markers take Plotly longer than everything else together; a canvas takes a
// millisecond.

import { element } from "./panel.js";
import { fixed, short } from "./readout.js";

const KIND = "mark";
const REACH_PX = 4;
const LAST = 20;
const TURN = 2 * Math.PI;

export class Marks {
  constructor(root) {
    this.canvas = document.createElement("canvas");
    this.canvas.className = "ts-canvas";
    root.appendChild(this.canvas);
    this.tip = element(root, "ts-tip");
    this.traces = [];
    this.spots = [];
    this.hide();
  }

  /** Take the circles out of a figure's traces; return those that Plotly draws. */
  take(data) {
    this.traces = data.filter((trace) => trace.meta?.kind === KIND);
    return data.filter((trace) => trace.meta?.kind !== KIND);
  }

  clear() {
    this.traces = this.spots = [];
    this.canvas.width = this.canvas.height = 0;
    this.hide();
  }

  hide() {
    this.tip.style.display = "none";
  }

  /** Draw everything by the axes of `layout` (Plotly's full layout). */
  place(layout) {
    const { xaxis, yaxis, width, height } = layout;
    if (!xaxis) return this.clear();
    const scale = window.devicePixelRatio || 1;
    const size = [Math.round(width * scale), Math.round(height * scale)];
    if (this.canvas.width !== size[0] || this.canvas.height !== size[1]) [this.canvas.width, this.canvas.height] = size;
    const pen = this.canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.spots = [];
    if (!this.traces.length) return;
    pen.save();
    pen.beginPath();
    pen.rect(xaxis._offset, yaxis._offset, xaxis._length, yaxis._length);
    pen.clip();
    for (const trace of this.traces) this.draw(pen, trace, xaxis, yaxis);
    pen.restore();
  }

  draw(pen, trace, xaxis, yaxis) {
    const { size, color, line } = trace.marker;
    pen.fillStyle = color;
    pen.strokeStyle = line.color;
    pen.lineWidth = line.width;
    for (let i = 0; i < trace.x.length; i++) {
      const x = xaxis._offset + xaxis.l2p(trace.x[i]);
      const y = yaxis._offset + yaxis.l2p(trace.y[i]);
      const radius = size[i] / 2;
      if (x < xaxis._offset - radius || x > xaxis._offset + xaxis._length + radius) continue;
      if (y < yaxis._offset - radius || y > yaxis._offset + yaxis._length + radius) continue;
      pen.beginPath();
      pen.arc(x, y, radius, 0, TURN);
      pen.fill();
      pen.stroke();
      this.spots.push({ x, y, radius, trace, i });
    }
  }

  /** Return where the last circles are, from the plot's corner, as "x,y x,y". */
  places() {
    return this.spots.slice(-LAST).map(({ x, y }) => `${Math.round(x)},${Math.round(y)}`).join(" ");
  }

  /** Show the words of the smallest circle at a place, in pixels; `step` in milliseconds. */
  point(x, y, { decimals, step }) {
    let found = null;
    for (const spot of this.spots) {
      const far = Math.hypot(spot.x - x, spot.y - y);
      if (far <= spot.radius + REACH_PX && (!found || spot.radius < found.radius)) found = spot;
    }
    if (!found) return this.hide();
    const { trace, i } = found;
    const { title, note, unit, quote, at } = trace.meta;
    const base = trace.customdata[i];
    const time = new Date(trace.x[i] + step / 2).toISOString().slice(11, 19);
    const lines = [
      `${time} ${title}`,
      `${short(base)} ${unit} ${at} ${fixed(trace.y[i], decimals)}: ${short(base * trace.y[i])} ${quote}`,
      note,
    ];
    this.tip.textContent = lines.filter(Boolean).join("\n");
    this.tip.style.display = "block";
    const left = found.x > this.canvas.clientWidth / 2 ? `calc(${found.x - found.radius - 8}px - 100%)` : `${found.x + found.radius + 8}px`;
    this.tip.style.transform = `translate(${left}, ${Math.max(found.y - 20, 0)}px)`;
  }
}
