// What is painted over the cells of a heat map: best prices, walls, orders, axes.

import { ink } from "./theme.js";

const MOST_RADIUS = 17;
const LEAST_RADIUS = 2.5;
const GLYPH_RADIUS = 5.5;
const WORD_RADIUS = 11;
const LABEL_PX = 14;
const FONT = "11px 'Source Sans', Inter, ui-sans-serif, system-ui, sans-serif";

export const clock = (ms) => new Date(ms).toISOString().slice(11, 19);

export function grouped(value, places) {
  return value.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places });
}

const TILE_PX = 8;
const tile = document.createElement("canvas");
let tiled = "";

/** Paint hatching where nothing is known. */
export function hatch(pen, { left, top, width, height }) {
  const key = ink("card") + ink("line");
  if (key !== tiled) {
    tiled = key;
    tile.width = tile.height = TILE_PX;
    const own = tile.getContext("2d");
    own.fillStyle = ink("card");
    own.fillRect(0, 0, TILE_PX, TILE_PX);
    own.strokeStyle = ink("line");
    for (const at of [-TILE_PX, 0, TILE_PX]) {
      own.moveTo(at, TILE_PX);
      own.lineTo(at + TILE_PX, 0);
    }
    own.stroke();
  }
  pen.fillStyle = pen.createPattern(tile, "repeat");
  pen.fillRect(left, top, width, height);
}

export function cells(pen, image, axes, message) {
  const { from_ms: fromMs, columns, low_ticks: low, rows, row_ticks: high, tick } = message;
  const [left, right] = [axes.x(fromMs), axes.x(fromMs + columns * 1000)];
  const [top, bottom] = [axes.y((low + rows * high) * tick), axes.y(low * tick)];
  pen.imageSmoothingEnabled = false;
  pen.drawImage(image, left, top, right - left, bottom - top);
}

/** Write the source over all of it where it is not the live market. */
export function watermark(pen, { left, top, width, height }, source) {
  if (source === "live") return;
  pen.globalAlpha = 0.16;
  pen.fillStyle = ink("quiet");
  pen.font = "700 64px 'Source Sans', Inter, ui-sans-serif, system-ui, sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(source.toUpperCase(), left + width / 2, top + height / 2);
  pen.globalAlpha = 1;
}

/** Say in the part that is not known since when the book is: `known` is in milliseconds. */
export function since(pen, axes, known) {
  const { left, top, width, height } = axes.frame;
  const right = known === null ? left + width : Math.min(axes.x(known), left + width);
  const text = known === null ? "The order book is not known" : `The order book is kept since ${clock(known)} UTC`;
  pen.font = FONT;
  if (right - left < pen.measureText(text).width + 24) return;
  pen.fillStyle = ink("quiet");
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(text, (left + right) / 2, top + height - 16);
}

/** Paint a best price as steps, a second each; it breaks where it is not known. */
export function best(pen, axes, { from_ms: fromMs, bid, ask }) {
  for (const [prices, name] of [[bid, "buy"], [ask, "sell"]]) {
    pen.strokeStyle = ink(name);
    pen.lineWidth = 1.4;
    pen.beginPath();
    let isDown = false;
    for (let i = 0; i < prices.length; i++) {
      const price = prices[i];
      if (!Number.isFinite(price)) {
        isDown = false;
        continue;
      }
      const [x, y] = [axes.x(fromMs + i * 1000), axes.y(price)];
      if (isDown) pen.lineTo(x, y);
      else pen.moveTo(x, y);
      pen.lineTo(axes.x(fromMs + (i + 1) * 1000), y);
      isDown = true;
    }
    pen.stroke();
  }
}

/** Paint the lines of walls, the thicker the larger, dashed once they ended; label those standing. */
export function walls(pen, axes, { walls: found }) {
  const { left, top, width, height } = axes.frame;
  const labels = [];
  for (const wall of [...found].reverse()) {
    const y = axes.y(wall.price);
    if (y < top || y > top + height) continue;
    const stands = wall.to_ms === null;
    const [from, to] = [Math.max(axes.x(wall.from_ms), left), Math.min(stands ? left + width : axes.x(wall.to_ms), left + width)];
    if (to < left) continue;
    pen.strokeStyle = ink(wall.side === "bid" ? "buy" : "sell");
    pen.globalAlpha = stands ? 0.95 : 0.6;
    pen.lineWidth = Math.min(1 + wall.times / 2, 4);
    pen.setLineDash(stands ? [] : [4, 4]);
    pen.beginPath();
    pen.moveTo(from, y);
    pen.lineTo(to, y);
    pen.stroke();
    pen.setLineDash([]);
    pen.globalAlpha = 1;
    if (!stands || labels.some((other) => Math.abs(other.y - y) < LABEL_PX)) continue;
    labels.push({ text: `${wall.side === "bid" ? "▲" : "▼"} ${wall.label}`, y, colour: pen.strokeStyle });
  }
  // Over all lines, so that none goes through a word.
  pen.font = FONT;
  pen.textBaseline = "middle";
  for (const { text, y, colour } of labels) label(pen, text, left + width - 4, y - 8, colour);
}

/** Write a word ending at x, on a ground that it can be read on. */
function label(pen, text, x, y, colour) {
  const wide = pen.measureText(text).width;
  pen.textAlign = "right";
  pen.fillStyle = ink("veil");
  pen.fillRect(x - wide - 3, y - 7, wide + 6, 14);
  pen.fillStyle = colour;
  pen.fillText(text, x, y);
}

/** Return the discs of orders in pixels, the largest first: {x, y, r, i}. */
export function discs(axes, { orders }) {
  const most = orders.value.reduce((a, b) => Math.max(a, b), 0) || 1;
  const found = [];
  for (let i = 0; i < orders.value.length; i++) {
    const r = Math.max(MOST_RADIUS * Math.sqrt(orders.value[i] / most), LEAST_RADIUS);
    found.push({ x: axes.x(orders.ms[i]), y: axes.y(orders.price[i]), r, i });
  }
  return found.sort((a, b) => b.r - a.r);
}

/** Paint orders as discs, their area by their worth; a sign says the side of those with room. */
export function bubbles(pen, placed, { orders }) {
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  for (const { x, y, r, i } of placed) {
    const side = orders.side[i];
    const name = side > 0 ? "buy" : side < 0 ? "sell" : "quiet";
    pen.globalAlpha = 0.62;
    pen.fillStyle = ink(name);
    pen.beginPath();
    pen.arc(x, y, r, 0, 2 * Math.PI);
    pen.fill();
    pen.globalAlpha = 1;
    pen.strokeStyle = ink("bg");
    pen.lineWidth = 1;
    pen.stroke();
    if (r < GLYPH_RADIUS || !side) continue;
    pen.fillStyle = ink("on-side");
    pen.font = `${Math.min(Math.round(r * 1.2), WORD_RADIUS)}px sans-serif`;
    pen.fillText(side > 0 ? "▲" : "▼", x, y + 0.5);
  }
}

/** Paint the two axes around the plot. */
export function axesOf(pen, axes, last) {
  const { left, top, width, height } = axes.frame;
  pen.font = FONT;
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  pen.fillStyle = ink("quiet");
  const { found, places } = axes.prices(46);
  for (const price of found) {
    const y = axes.y(price);
    const isFree = !last || Math.abs(y - axes.y(last.price)) > LABEL_PX;
    if (isFree && y > top + 6 && y < top + height - 4) pen.fillText(grouped(price, places), left + width + 6, y);
  }
  pen.textAlign = "center";
  for (const ms of axes.times(84)) {
    const x = axes.x(ms);
    if (x > left + 24 && x < left + width - 24) pen.fillText(clock(ms), x, top + height + 11);
  }
  if (!last) return;
  const y = axes.y(last.price);
  if (y < top || y > top + height) return;
  pen.fillStyle = ink("label");
  pen.fillRect(left + width + 2, y - 8, 70, 16);
  pen.fillStyle = ink("strong");
  pen.textAlign = "left";
  pen.fillText(last.text, left + width + 6, y);
}
