// How one candle's cells are painted: shades, imbalances, the point of control, and numbers.

import { ink as colourOf } from "./theme.js";

const EDGE_SLOT_PX = 7; // from here on imbalances and the point of control have room
const TEXT_ROW_PX = 9;
const FONT = "px 'Source Sans', Inter, ui-sans-serif, system-ui, sans-serif";
const [MOST_FONT_PX, LEAST_FONT_PX] = [12, 8];
const LETTERS = 4; // of a number, and one for its sign
const SHADES = 24;
const [BUYS, SELLS, POC] = [1, 2, 4];
const [BRIGHT, BEHIND_TEXT] = [0.9, 0.5]; // of the largest cell

/** Return a size in LETTERS characters: .012, 0.31, 3.14, 31.4, 314, 3.1K. */
function brief(value) {
  const size = Math.abs(value);
  if (size >= 1e6) return `${(value / 1e6).toFixed(size >= 1e7 ? 0 : 1)}M`;
  if (size >= 1e3) return `${(value / 1e3).toFixed(size >= 1e4 ? 0 : 1)}K`;
  if (size >= 100 || Number.isInteger(value)) return value.toFixed(0);
  if (size < 0.1) return value.toFixed(3).replace("0.", ".");
  return value.toFixed(size >= 10 ? 1 : 2);
}

const signed = (value) => (value > 0 ? `+${brief(value)}` : brief(value));

const WRITERS = {
  "sell x buy": null,
  delta: (sell, buy) => signed(buy - sell),
  volume: (sell, buy, unknown) => brief(sell + buy + unknown),
};

/** Return the numbers of the cells of candle `b` as words, one or two of each. */
export function worded({ starts, sell, buy, unknown, meta }, b) {
  const writer = WRITERS[meta.text];
  const texts = [];
  for (let i = starts[b]; i < starts[b + 1]; i++) {
    const [sold, bought, rest] = [sell[i] * meta.lot, buy[i] * meta.lot, unknown[i] * meta.lot];
    texts.push(writer ? [writer(sold, bought, rest)] : [brief(sold), brief(bought)]);
  }
  return texts;
}

function faded(colour, alpha) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return `rgba(${red},${green},${blue},${alpha.toFixed(3)})`;
}

/** Return `SHADES` + 1 styles of #rrggbb from clear to strong. */
const shades = (colour, most) =>
  Array.from({ length: SHADES + 1 }, (_, i) => faded(colour, 0.06 + ((most - 0.06) * i) / SHADES));

/** Paint candle `b` of a trace; `place` says where, and at `px` in which size its numbers `texts`. */
export function paint(pen, trace, b, texts, place) {
  const { starts } = trace;
  const { slot, high, px, top, ceiling, floor } = place;
  const [cells, words] = [[], []];
  for (let i = starts[b]; i < starts[b + 1]; i++) {
    const y = top(i);
    if (y <= ceiling || y >= floor) continue;
    cells.push(i);
    words.push(texts[i - starts[b]]);
  }
  shade(pen, trace, cells, place, px ? BEHIND_TEXT : BRIGHT);
  if (px) write(pen, trace, cells, words, place);
  if (slot >= EDGE_SLOT_PX && high >= 2) edges(pen, trace, cells, place);
}

/** Shade the cells, the largest of them to `strong`. */
function shade(pen, trace, cells, { left, width, top, high, gap }, strong) {
  const { bar, weight, most, meta } = trace;
  const { colours } = meta;
  const [plain, buy, sell] = [colours.volume, colours.buy, colours.sell].map((each) => shades(each, strong));
  for (const i of cells) {
    const share = Math.round(Math.sqrt(Math.abs(weight[i]) / most) * SHADES);
    pen.fillStyle = meta.colour === "volume" ? plain[share] : weight[i] < 0 ? sell[share] : buy[share];
    pen.fillRect(left[bar[i]], top(i), width, Math.max(high - gap, 0.8));
  }
}

/** Mark imbalances at the edge of their side, and box the point of control. */
function edges(pen, trace, cells, { left, width, top, high, gap }) {
  const { bar, flags, meta } = trace;
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

function write(pen, trace, cells, texts, place) {
  pen.textBaseline = "middle";
  const style = { plain: `${place.px}${FONT}`, bold: `700 ${place.px}${FONT}` };
  if (WRITERS[trace.meta.text]) singles(pen, trace, cells, texts, place, style);
  else pairs(pen, trace, cells, texts, place, style);
}

/** Return the size of letters at which numbers fit into a cell; 0 = none does. */
export function fontThatFits(pen, { meta }, { width, high }) {
  if (high < TEXT_ROW_PX) return 0;
  const [numbers, letters] = WRITERS[meta.text] ? [1, LETTERS + 1] : [2, LETTERS];
  pen.font = `100${FONT}`;
  const digit = pen.measureText("0").width / 100;
  for (let px = Math.min(MOST_FONT_PX, Math.floor(high - 1)); px >= LEAST_FONT_PX; px--) {
    if (numbers * letters * digit * px + 8 + (numbers - 1) * px <= width) return px;
  }
  return 0;
}

/** Write lists of [text, x, y] in one style: changing the style costs more than the letters. */
function ink(pen, style, colour, align, texts) {
  pen.font = style;
  pen.fillStyle = colour;
  pen.textAlign = align;
  for (const [text, x, y] of texts) pen.fillText(text, x, y);
}

function singles(pen, trace, cells, words, { left, width, top, high, gap }, { plain, bold }) {
  const { bar, flags, meta } = trace;
  const [usual, marked] = [[], []];
  cells.forEach((i, at) => {
    const place = [words[at][0], left[bar[i]] + width / 2, top(i) + (high - gap) / 2 + 0.5];
    (flags[i] & (BUYS | SELLS) ? marked : usual).push(place);
  });
  ink(pen, plain, meta.colours.text, "center", usual);
  ink(pen, bold, colourOf("on-side"), "center", marked);
}

function pairs(pen, trace, cells, words, { left, width, top, high, gap }, { plain, bold }) {
  const { bar, flags, meta } = trace;
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
    ink(pen, plain, text, align, usual);
    ink(pen, bold, colourOf("on-side"), align, marked);
  }
  ink(pen, plain, quiet, "center", signs);
}
