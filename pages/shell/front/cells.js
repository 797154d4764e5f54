// Footprints of many candles, on a canvas under Plotly's lines: numbers where there is room for
// them, else shades, else Plotly's own candles.

import { pane, pixelsPer, Sheet } from "./canvas.js";

const KIND = "cells";
const LEAST_SLOT_PX = 3;
const LEAST_ROW_PX = 0.8;
const EDGE_SLOT_PX = 7; // from here on imbalances and the point of control have room
const TEXT_ROW_PX = 9;
const FONT = "px 'Source Sans', Inter, ui-sans-serif, system-ui, sans-serif";
const [MOST_FONT_PX, LEAST_FONT_PX] = [12, 8];
const LEAST_LETTERS = 3; // of the longest number, or it is not worth measuring
const SHADES = 24;
const [BUYS, SELLS, POC] = [1, 2, 4];
const TOLD = 60;
const STRONG = "#ffffff";
const [BRIGHT, BEHIND_TEXT] = [0.9, 0.5]; // of the largest cell

/** Return a size in few characters: 0.012, 0.31, 3.14, 31.4, 314, 3.1K. */
function brief(value) {
  const size = Math.abs(value);
  if (size >= 1e6) return `${(value / 1e6).toFixed(size >= 1e7 ? 0 : 1)}M`;
  if (size >= 1e3) return `${(value / 1e3).toFixed(size >= 1e4 ? 0 : 1)}K`;
  if (size >= 100 || Number.isInteger(value)) return value.toFixed(0);
  return value.toFixed(size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
}

const signed = (value) => (value > 0 ? `+${brief(value)}` : brief(value));

const WRITERS = {
  "sell x buy": null,
  delta: (sell, buy) => signed(buy - sell),
  volume: (sell, buy, unknown) => brief(sell + buy + unknown),
};

function faded(colour, alpha) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return `rgba(${red},${green},${blue},${alpha.toFixed(3)})`;
}

/** Return `SHADES` + 1 styles of #rrggbb from clear to strong. */
const shades = (colour, most) =>
  Array.from({ length: SHADES + 1 }, (_, i) => faded(colour, 0.06 + ((most - 0.06) * i) / SHADES));

export class Cells {
  /** `over` is the element that lies over the cells. */
  constructor(root, over) {
    this.sheet = new Sheet(root, over);
    this.clear();
  }

  clear() {
    this.trace = this.taken = this.bars = null;
    this.covers = false;
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

  prepared({ x, bar, row, sell, buy, unknown, meta }, bars) {
    const volume = meta.colour === "volume";
    const weight = new Float64Array(bar.length);
    const ends = Array.from(x, () => [Infinity, -Infinity]);
    let most = 0;
    for (let i = 0; i < bar.length; i++) {
      weight[i] = volume ? sell[i] + buy[i] + unknown[i] : buy[i] - sell[i];
      most = Math.max(most, Math.abs(weight[i]));
      const end = ends[bar[i]];
      if (row[i] < end[0]) end[0] = row[i];
      if (row[i] > end[1]) end[1] = row[i];
    }
    const at = new Map(Array.from(bars.time, (time, i) => [time, i]));
    return { weight, most: most || 1, ends, at: Array.from(x, (time) => at.get(time) ?? -1) };
  }

  /** Return what the cells cover beyond their candles, by the candle's time. */
  spans() {
    const spans = new Map();
    if (!this.trace || !this.covers) return spans;
    const { x, ends, at, meta } = this.trace;
    for (let i = 0; i < x.length; i++) {
      if (at[i] < 0) continue;
      const { low, high } = this.bars;
      const [first, last] = ends[i];
      spans.set(x[i], [
        Math.min(low[at[i]], first * meta.row),
        Math.max(high[at[i]], (last + 1) * meta.row),
      ]);
    }
    return spans;
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
    return data.map((trace) => (trace.type === "candlestick" ? without(trace, taken) : trace));
  }

  /** Draw by the axes of `layout` (Plotly's full layout). */
  place(layout) {
    this.told = { candles: 0, texts: 0, ms: 0, bar: 0, rows: [] };
    if (!layout.xaxis) return this.clear();
    if (!this.trace || !this.covers) return this.sheet.clear();
    const started = performance.now();
    const pen = this.sheet.pen(layout);
    this.draw(pen, layout.xaxis, layout.yaxis);
    pen.restore();
    this.told.ms = performance.now() - started;
  }

  draw(pen, xaxis, yaxis) {
    const { x, bar, row, meta, at } = this.trace;
    const slot = pixelsPer(xaxis, meta.step_ms, x[0]);
    const width = Math.max(slot > 12 ? slot - 3 : slot * 0.85, 1);
    const left = Float64Array.from(x, (ms) => xaxis._offset + xaxis.l2p(ms) - width / 2);
    const seen = left.map((px) => px + width > xaxis._offset && px < xaxis._offset + xaxis._length);
    const first = row[0] + 1;
    const base = yaxis._offset + yaxis.l2p(first * meta.row);
    const step = pixelsPer(yaxis, meta.row, first * meta.row);
    const high = Math.abs(step);
    const top = (i) => base + (row[i] + 1 - first) * step;
    const [ceiling, floor] = [yaxis._offset - high, yaxis._offset + yaxis._length];
    const cells = [];
    for (let i = 0; i < bar.length; i++) {
      const y = top(i);
      if (seen[bar[i]] && y > ceiling && y < floor) cells.push(i);
    }
    const place = { left, width, top, high, gap: high >= 6 ? 1 : 0 };
    this.shade(pen, cells, place);
    if (high >= TEXT_ROW_PX) this.write(pen, cells, place);
    if (slot >= EDGE_SLOT_PX && high >= 2) this.edges(pen, cells, place);
    for (let i = 0; i < x.length; i++) {
      if (!seen[i] || at[i] < 0) continue;
      this.told.candles++;
      this.outline(pen, at[i], left[i], width, yaxis);
    }
  }

  shade(pen, cells, { left, width, top, high, gap }) {
    const { bar, weight, most, meta } = this.trace;
    const { colours } = meta;
    const strong = high >= TEXT_ROW_PX ? BEHIND_TEXT : BRIGHT;
    const [plain, buy, sell] = [colours.volume, colours.buy, colours.sell].map((each) => shades(each, strong));
    for (const i of cells) {
      const share = Math.round(Math.sqrt(Math.abs(weight[i]) / most) * SHADES);
      pen.fillStyle = meta.colour === "volume" ? plain[share] : weight[i] < 0 ? sell[share] : buy[share];
      pen.fillRect(left[bar[i]], top(i), width, Math.max(high - gap, 0.8));
    }
  }

  /** Mark imbalances at the edge of their side, and box the point of control. */
  edges(pen, cells, { left, width, top, high, gap }) {
    const { bar, flags, meta } = this.trace;
    const edge = Math.min(Math.max(width / 12, 2), 4);
    pen.lineWidth = 1.2;
    pen.strokeStyle = meta.colours.poc;
    for (const i of cells) {
      const flag = flags[i];
      if (!flag) continue;
      const [x, y] = [left[bar[i]], top(i)];
      pen.fillStyle = meta.colours.sell;
      if (flag & SELLS) pen.fillRect(x, y, edge, high - gap);
      pen.fillStyle = meta.colours.buy;
      if (flag & BUYS) pen.fillRect(x + width - edge, y, edge, high - gap);
      if (flag & POC) pen.strokeRect(x + 0.6, y + 0.1, width - 1.2, Math.max(high - gap - 0.2, 1));
    }
  }

  /** Write the numbers, if the longest of them fits. */
  write(pen, cells, place) {
    const { sell, buy, unknown, meta } = this.trace;
    const { width, high } = place;
    const writer = WRITERS[meta.text];
    const numbers = writer ? 1 : 2;
    if (!this.fontThatFits(pen, LEAST_FONT_PX, LEAST_LETTERS, width, numbers)) return;
    const words = cells.map((i) => {
      const [sold, bought, rest] = [sell[i], buy[i], unknown[i]].map((lots) => lots * meta.lot);
      return writer ? [writer(sold, bought, rest)] : [brief(sold), brief(bought)];
    });
    const size = Math.min(MOST_FONT_PX, Math.floor(high - 1));
    const longest = words.reduce((most, texts) => Math.max(most, ...texts.map((text) => text.length)), 1);
    const px = this.fontThatFits(pen, size, longest, width, numbers);
    if (!px) return;
    pen.textBaseline = "middle";
    const style = { plain: `${px}${FONT}`, bold: `700 ${px}${FONT}` };
    if (writer) this.singles(pen, cells, words, place, style);
    else this.pairs(pen, cells, words, place, style);
    this.told.texts = cells.length;
    this.tell(cells, words);
  }

  /** Return the font size, at most `size`, at which numbers of that length fit; 0 = none. */
  fontThatFits(pen, size, longest, width, numbers) {
    pen.font = `100${FONT}`;
    const digit = pen.measureText("0").width / 100;
    for (let px = size; px >= LEAST_FONT_PX; px--) {
      if (numbers * longest * digit * px + 8 + (numbers - 1) * px <= width) return px;
    }
    return 0;
  }

  /** Write lists of [text, x, y] in one style: changing the style costs more than the letters. */
  ink(pen, style, colour, align, texts) {
    pen.font = style;
    pen.fillStyle = colour;
    pen.textAlign = align;
    for (const [text, x, y] of texts) pen.fillText(text, x, y);
  }

  singles(pen, cells, words, { left, width, top, high, gap }, { plain, bold }) {
    const { bar, flags, meta } = this.trace;
    const [usual, marked] = [[], []];
    cells.forEach((i, at) => {
      const place = [words[at][0], left[bar[i]] + width / 2, top(i) + (high - gap) / 2 + 0.5];
      (flags[i] & (BUYS | SELLS) ? marked : usual).push(place);
    });
    this.ink(pen, plain, meta.colours.text, "center", usual);
    this.ink(pen, bold, STRONG, "center", marked);
  }

  pairs(pen, cells, words, { left, width, top, high, gap }, { plain, bold }) {
    const { bar, flags, meta } = this.trace;
    const { text, quiet, sell, buy } = meta.colours;
    const signs = cells.map((i) => ["×", left[bar[i]] + width / 2, top(i) + (high - gap) / 2 + 0.5]);
    for (const [half, flag, colour, side] of [[0, SELLS, sell, -1], [1, BUYS, buy, 1]]) {
      const [usual, marked] = [[], []];
      pen.fillStyle = faded(colour, 0.8);
      cells.forEach((i, at) => {
        const [, x, y] = signs[at];
        const isMarked = flags[i] & flag;
        if (isMarked) pen.fillRect(side < 0 ? left[bar[i]] : x, top(i), width / 2, high - gap);
        (isMarked ? marked : usual).push([words[at][half], x + side * 5, y]);
      });
      const align = side < 0 ? "right" : "left";
      this.ink(pen, plain, text, align, usual);
      this.ink(pen, bold, STRONG, align, marked);
    }
    this.ink(pen, plain, quiet, "center", signs);
  }

  /** Keep what was written into the newest candle, for whoever tests it. */
  tell(cells, words) {
    const { bar, row, x, meta } = this.trace;
    const newest = cells.reduce((most, i) => Math.max(most, bar[i]), -1);
    this.told.bar = newest < 0 ? 0 : x[newest];
    this.told.rows = cells
      .map((i, at) => [i, words[at]])
      .filter(([i]) => bar[i] === newest)
      .slice(0, TOLD)
      .map(([i, texts]) => [row[i] * meta.row, ...texts]);
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

/** Return a candlestick trace without the candles of the times in `taken`. */
function without(trace, taken) {
  const keep = [];
  trace.x.forEach((ms, i) => taken.has(ms) || keep.push(i));
  const copy = { ...trace };
  for (const key of ["x", "open", "high", "low", "close"]) copy[key] = keep.map((i) => trace[key][i]);
  return copy;
}
