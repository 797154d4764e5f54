// Footprints of many candles, on a canvas under Plotly's lines: numbers where there is room for
// them, else shades, else Plotly's own candles.

import { pane, pixelsPer, Sheet } from "./canvas.js";
import { fontThatFits, paint, worded } from "./cell_paint.js";

const KIND = "cells";
const POC_TICKS = "candle-poc";
const LEAST_SLOT_PX = 8; // thinner ones are read better as candles
const LEAST_ROW_PX = 0.8;
const TEXT_SLOT_PX = 40; // from here on numbers are wanted, and want only height
const EDGE_PX = 1; // around a candle, for what is drawn on its edge
const TOLD = 60;

export class Cells {
  /** `over` is the element that lies over the cells. */
  constructor(root, over) {
    this.sheet = new Sheet(root, over);
    this.clear();
  }

  clear() {
    this.trace = this.taken = this.bars = null;
    this.covers = false;
    this.known = new Map();
    this.told = { candles: 0, texts: 0, ms: 0, bar: 0, rows: [] };
    this.sheet.clear();
  }

  /** Take the cells out of a figure's traces; return the others. */
  take(data, bars) {
    const trace = data.find((each) => each.meta?.kind === KIND) || null;
    if (trace !== this.taken) this.trace = trace && { ...trace, ...this.prepared(trace, bars) };
    this.taken = trace;
    this.bars = bars;
    return trace ? data.filter((each) => each !== trace) : data;
  }

  prepared({ x, bar, row, sell, buy, unknown, flags, meta }, bars) {
    const volume = meta.colour === "volume";
    const weight = new Float64Array(bar.length);
    // Cells come candle by candle, prices ascending.
    const starts = Array.from(x, () => -1).concat(bar.length);
    const sums = Array.from(x, () => [0, 0, 0, 0]);
    let most = 0;
    for (let i = 0; i < bar.length; i++) {
      weight[i] = volume ? sell[i] + buy[i] + unknown[i] : buy[i] - sell[i];
      most = Math.max(most, Math.abs(weight[i]));
      if (starts[bar[i]] < 0) starts[bar[i]] = i;
      const sum = sums[bar[i]];
      sum[0] += sell[i];
      sum[1] += buy[i];
      sum[2] += unknown[i];
      sum[3] += flags[i] * (i - starts[bar[i]] + 1);
    }
    const at = new Map(Array.from(bars.time, (time, i) => [time, i]));
    const proofs = sums.map((sum, b) => [meta.text, meta.lot, meta.row, row[starts[b]], starts[b + 1] - starts[b], ...sum].join());
    return { weight, most: most || 1, starts, proofs, at: Array.from(x, (time) => at.get(time) ?? -1) };
  }

  /** Return what the cells cover beyond their candles, by the candle's time. */
  spans() {
    const spans = new Map();
    if (!this.trace || !this.covers) return spans;
    const { x, row, starts, at, meta } = this.trace;
    for (let i = 0; i < x.length; i++) {
      if (at[i] < 0) continue;
      const { low, high } = this.bars;
      const [first, last] = [row[starts[i]], row[starts[i + 1] - 1]];
      spans.set(x[i], [
        Math.min(low[at[i]], first * meta.row),
        Math.max(high[at[i]], (last + 1) * meta.row),
      ]);
    }
    return spans;
  }

  /** Return how high the rows are, and what to do to see them; empty = there are none. */
  hint() {
    if (!this.trace) return "";
    if (!this.covers) return "Footprint in candles: zoom in to see it";
    const rows = `Footprint in candles: rows of ${Number(this.trace.meta.row.toPrecision(6))}`;
    return this.wantsHeight ? `${rows}; Ctrl and the wheel make room for numbers` : rows;
  }

  /** Decide by a layout not drawn yet whether cells are seen; if so, the figure leaves them room. */
  cover(data, layout) {
    this.covers = false;
    if (!this.trace) return data;
    const { width, height, x, y } = pane(layout);
    const { meta } = this.trace;
    const slot = (width * meta.step_ms) / (x[1] - x[0]);
    const row = (height * meta.row) / (y[1] - y[0]);
    this.covers = slot >= LEAST_SLOT_PX && row >= LEAST_ROW_PX;
    if (!this.covers) return data;
    layout.paper_bgcolor = layout.plot_bgcolor = "rgba(0,0,0,0)";
    const taken = new Set(this.trace.x);
    return data.map((trace) => {
      if (trace.type === "candlestick") return without(trace, taken);
      return trace.meta?.kind === POC_TICKS ? unticked(trace, taken, meta.step_ms) : trace;
    });
  }

  /** Draw by the axes of `layout` (Plotly's full layout). */
  place(layout) {
    if (!layout.xaxis) return this.clear();
    this.told = { candles: 0, texts: 0, ms: 0, bar: 0, rows: [] };
    this.wantsHeight = false;
    if (!this.trace || !this.covers) return this.sheet.clear();
    const started = performance.now();
    const pen = this.sheet.pen(layout);
    this.draw(pen, layout.xaxis, layout.yaxis);
    pen.restore();
    this.told.ms = performance.now() - started;
  }

  draw(pen, xaxis, yaxis) {
    const { x, row, starts, meta, at } = this.trace;
    const slot = pixelsPer(xaxis, meta.step_ms, x[0]);
    const width = Math.max(slot > 12 ? slot - 3 : slot * 0.85, 1);
    const first = row[0] + 1;
    const base = yaxis._offset + yaxis.l2p(first * meta.row);
    const step = pixelsPer(yaxis, meta.row, first * meta.row);
    const high = Math.abs(step);
    const place = {
      slot,
      width,
      high,
      gap: high >= 6 ? 1 : 0,
      left: Float64Array.from(x, (ms) => xaxis._offset + xaxis.l2p(ms) - width / 2),
      top: (i) => base + (row[i] + 1 - first) * step,
      ceiling: yaxis._offset - high,
      floor: yaxis._offset + yaxis._length,
    };
    this.forget();
    place.px = fontThatFits(pen, this.trace, place);
    for (let b = 0; b < x.length; b++) {
      const isSeen = place.left[b] + width > xaxis._offset && place.left[b] < xaxis._offset + xaxis._length;
      if (!isSeen || at[b] < 0 || starts[b] === starts[b + 1]) continue;
      const candle = this.candle(b);
      this.told.candles++;
      if (place.px) this.tell(b, candle);
      // The newest candle changes with every trade.
      const isKept = b < x.length - 1 && this.picture(pen, b, candle, place);
      if (!isKept) paint(pen, this.trace, b, candle.texts, place);
      this.outline(pen, at[b], place.left[b], width, yaxis);
    }
    this.wantsHeight = this.told.candles > 0 && !place.px && slot >= TEXT_SLOT_PX;
  }

  /** Return the numbers of a candle as words; kept while they stay what they were. */
  candle(b) {
    const { x, proofs } = this.trace;
    const known = this.known.get(x[b]);
    if (known?.proof === proofs[b]) return known;
    const made = { proof: proofs[b], texts: worded(this.trace, b), picture: null, key: "" };
    this.known.set(x[b], made);
    return made;
  }

  forget() {
    if (this.known.size <= this.trace.x.length) return;
    const kept = new Set(this.trace.x);
    for (const ms of this.known.keys()) if (!kept.has(ms)) this.known.delete(ms);
  }

  /**
   * Show a candle as it was painted before, or paint it once: a thousand numbers take longer than
   * everything else on the chart. Return whether it could; not if it is far higher than the pane.
   */
  picture(pen, b, candle, place) {
    const { starts, meta, most } = this.trace;
    const { colour, colours } = meta;
    const { left, width, high, px, top, floor, ceiling } = place;
    const scale = window.devicePixelRatio || 1;
    const whole = (value) => Math.round(value * scale) / scale;
    const [x, y] = [whole(left[b] - EDGE_PX), whole(top(starts[b + 1] - 1) - EDGE_PX)];
    const tall = top(starts[b]) + high - y + EDGE_PX;
    if (tall > 2 * (floor - ceiling)) return false;
    const key = [px, width.toFixed(3), high.toFixed(3), scale, most, colour, colours.buy, colours.text].join();
    if (candle.key !== key) {
      candle.picture = document.createElement("canvas");
      candle.picture.width = Math.ceil((width + 2 * EDGE_PX) * scale);
      candle.picture.height = Math.ceil(tall * scale);
      const own = candle.picture.getContext("2d");
      own.setTransform(scale, 0, 0, scale, -x * scale, -y * scale);
      paint(own, this.trace, b, candle.texts, { ...place, ceiling: -Infinity, floor: Infinity });
      candle.key = key;
    }
    pen.drawImage(candle.picture, x, y, candle.picture.width / scale, candle.picture.height / scale);
    return true;
  }

  /** Keep what is written into the newest candle seen, for whoever tests it. */
  tell(b, { texts }) {
    const { row, x, starts, meta } = this.trace;
    this.told.texts += texts.length;
    this.told.bar = x[b];
    this.told.rows = texts.slice(0, TOLD).map((each, i) => [row[starts[b] + i] * meta.row, ...each]);
  }

  /** Draw the candle's body as a thin line around it. */
  outline(pen, at, left, width, yaxis) {
    const { open, close } = this.bars;
    const [from, to] = [open[at], close[at]].map((price) => yaxis._offset + yaxis.l2p(price));
    const { buy, sell } = this.trace.meta.colours;
    pen.strokeStyle = close[at] >= open[at] ? buy : sell;
    pen.lineWidth = width > 12 ? 1.4 : 1;
    pen.strokeRect(left - 0.5, Math.min(from, to), width + 1, Math.max(Math.abs(to - from), 1));
  }

  /** Return what was drawn, as JSON. */
  placed() {
    return this.trace ? JSON.stringify({ ...this.told, covers: this.covers }) : "";
  }
}

/** Return ticks on candles without those of the times in `taken`: their cells say it themselves. */
function unticked(trace, taken, step) {
  const isTaken = (ms) => taken.has(Math.round(ms / step) * step);
  return { ...trace, y: Array.from(trace.y, (price, i) => (isTaken(trace.x[i]) ? null : price)) };
}

/** Return a candlestick trace without the candles of the times in `taken`. */
function without(trace, taken) {
  const keep = [];
  trace.x.forEach((ms, i) => taken.has(ms) || keep.push(i));
  const copy = { ...trace };
  for (const key of ["x", "open", "high", "low", "close"]) copy[key] = keep.map((i) => trace[key][i]);
  return copy;
}
