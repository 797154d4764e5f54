// Marks on the price pane, on a canvas of their own, and the words of the one under the mouse:
// circles at their price (liquidations) and glyphs beside their candles (markers).
//
// Three hundred markers take Plotly longer than everything else together; a canvas takes a
// millisecond.

import { pane, pixelsPer, Sheet } from "./canvas.js";
import { glyph } from "./glyphs.js";
import { element } from "./panel.js";
import { fixed, short } from "./readout.js";
import { columns, distance, roomy } from "./stacks.js";
import { ink } from "./theme.js";

const KIND = "mark";
const REACH_PX = 4;
const LAST = 20;
const LISTED = 8;
const WAITS = 3;
const LINE_PX = 14;
const MOST_COUNTED = 99; // what fits into a column
const TURN = 2 * Math.PI;
const clock = (ms) => new Date(ms).toISOString().slice(11, 19);

/** Return the markers of a trace as objects that can be stacked and told. */
function unfolded(trace) {
  const { kinds, buy, sell, decimals } = trace.meta;
  return Array.from(trace.x, (x, i) => {
    const kind = kinds[trace.kind[i]];
    const side = trace.side[i];
    return {
      x,
      y: trace.y[i],
      at: trace.at[i],
      known: trace.known[i],
      side,
      kind: kind.title,
      shape: kind.shape,
      atPrice: kind.at_price,
      title: `${kind.title}, ${side > 0 ? kind.up : kind.down}`,
      color: side > 0 ? buy : sell,
      strength: trace.strength[i],
      value: trace.value[i],
      threshold: trace.threshold[i],
      reason: trace.reason[i],
      decimals,
    };
  });
}


function number(value) {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e4) return short(value);
  return value.toLocaleString("en-US", { maximumSignificantDigits: 4 });
}

function told({ at, known, reason, value, threshold, strength, y, decimals }) {
  const later = (known - at) / 1000;
  const when = later ? `, known ${clock(known)} (+${number(Number(later.toFixed(1)))} s)` : ", known at once";
  return [
    `${clock(at)} UTC${when}`,
    `${reason[0].toUpperCase()}${reason.slice(1)}`,
    `Measured ${number(value)}, needed ${number(threshold)}; strength ${strength} %; at ${fixed(y, decimals)}`,
  ].join("\n");
}

export class Marks {
  constructor(root) {
    this.sheet = new Sheet(root);
    this.note = element(root, "ts-waits");
    this.tip = element(root, "ts-tip");
    this.tipTitle = element(this.tip, "ts-tip-title");
    this.tipText = element(this.tip, "");
    this.circles = [];
    this.glyphs = [];
    this.spots = [];
    this.drawn = [];
    this.hide();
  }

  /** Take the marks out of a figure's traces; return those that Plotly draws. */
  take(data, bars, step) {
    const traces = data.filter((trace) => trace.meta?.kind === KIND);
    this.circles = traces.filter((trace) => !trace.meta.glyphs);
    const found = traces.filter((trace) => trace.meta.glyphs);
    this.glyphs = found.flatMap(unfolded);
    this.beside = this.glyphs.filter((mark) => !mark.atPrice);
    this.bars = bars;
    this.step = step;
    this.waits = found.flatMap((trace) => trace.meta.waits);
    return data.filter((trace) => trace.meta?.kind !== KIND);
  }

  clear() {
    this.circles = this.glyphs = this.spots = this.drawn = [];
    this.waits = [];
    this.sheet.clear();
    this.note.textContent = "";
    this.hide();
  }

  hide() {
    this.tip.style.display = "none";
  }

  /** Return the price range of a layout, wide enough for all marks beside their candles. */
  roomy(layout, spans) {
    const { width, height, x, y } = pane(layout);
    if (!this.beside.length || !(height > 0)) return y;
    const slot = (width * this.step) / (x[1] - x[0]);
    const found = columns(this.beside, this.bars, { step: this.step, slot, spans });
    return roomy(found, y, { from: x[0], to: x[1], height });
  }

  /**
   * Draw everything by the axes of `layout` (Plotly's full layout); `spans` as of `columns`, `hint`
   * a line for the note in the corner, under which `foot` lines stand already.
   */
  place(layout, spans, hint, foot) {
    if (!layout.xaxis) return this.clear();
    const { xaxis, yaxis } = layout;
    this.spots = [];
    this.drawn = [];
    this.ends = [yaxis._offset, yaxis._offset + yaxis._length];
    const pen = this.sheet.pen(layout);
    const x = (ms) => xaxis._offset + xaxis.l2p(ms);
    const y = (price) => yaxis._offset + yaxis.l2p(price);
    const sees = (px) => px > xaxis._offset - 20 && px < xaxis._offset + xaxis._length + 20;
    for (const trace of this.circles) this.circle(pen, trace, x, y, sees);
    for (const mark of this.glyphs) if (mark.atPrice && sees(x(mark.x))) this.ring(pen, mark, x, y);
    const slot = pixelsPer(xaxis, this.step, this.bars?.time[0] ?? 0);
    const found = columns(this.beside || [], this.bars, { step: this.step, slot, spans });
    for (const column of found) if (sees(x(column.x))) this.column(pen, column, x(column.x), y(column.edge));
    pen.restore();
    this.wait(layout, hint, foot);
  }

  /** Keep a mark for the mouse, unless it lies outside the pane. */
  keep(spot) {
    const isSeen = spot.y >= this.ends[0] && spot.y <= this.ends[1];
    if (isSeen) this.spots.push(spot);
    return isSeen;
  }

  circle(pen, trace, x, y, sees) {
    const { size, color, line } = trace.marker;
    pen.fillStyle = color;
    pen.strokeStyle = line.color;
    pen.lineWidth = line.width;
    for (let i = 0; i < trace.x.length; i++) {
      const at = { x: x(trace.x[i]), y: y(trace.y[i]), radius: size[i] / 2 };
      if (!sees(at.x)) continue;
      pen.beginPath();
      pen.arc(at.x, at.y, at.radius, 0, TURN);
      pen.fill();
      pen.stroke();
      this.keep({ ...at, circle: { trace, i } });
    }
  }

  ring(pen, mark, x, y) {
    const at = { x: x(mark.x), y: y(mark.y), radius: 3 + mark.strength / 14 };
    glyph(pen, { ...at, ...mark, x: at.x, y: at.y, r: at.radius, alpha: 0.9, edge: ink("bg") });
    if (this.keep({ ...at, marks: [mark] })) this.drawn.push({ mark, ...at, edge: at.y });
  }

  column(pen, { side, shown, more }, x, edge) {
    shown.forEach((mark, i) => {
      const y = edge + side * distance(i);
      const alpha = 0.6 + mark.strength / 250;
      glyph(pen, { ...mark, x, y, r: 4 + mark.strength / 50, alpha, edge: ink("bg") });
      if (this.keep({ x, y, radius: 5, marks: [mark] })) this.drawn.push({ mark, x, y, edge });
    });
    if (!more.length) return;
    const y = edge + side * distance(shown.length);
    const text = more.length > MOST_COUNTED ? `${MOST_COUNTED}+` : `+${more.length}`;
    pen.font = `600 8px ${ink("font")}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.strokeStyle = ink("bg");
    pen.lineWidth = 3;
    pen.strokeText(text, x, y);
    pen.fillStyle = ink("text");
    pen.fillText(text, x, y);
    this.keep({ x, y, radius: 5, marks: more, isMore: true });
  }

  /** Say in one corner what is not drawn, and why. */
  wait({ xaxis, yaxis }, hint, foot) {
    const many = this.waits.length > WAITS;
    const lines = this.waits.slice(0, many ? WAITS - 1 : WAITS);
    if (many) lines.push(`and ${this.waits.length - lines.length} more notes like these`);
    if (hint) lines.unshift(hint);
    const text = lines.join("\n");
    if (this.note.textContent !== text) this.note.textContent = text;
    this.note.style.transform =
      `translate(${xaxis._offset + 2}px, ${yaxis._offset + yaxis._length - 6 - foot * LINE_PX}px) translateY(-100%)`;
  }

  /** Return where the last circles are, from the plot's corner, as "x,y x,y". */
  places() {
    const circles = this.spots.filter((spot) => spot.circle).slice(-LAST);
    return circles.map(({ x, y }) => `${Math.round(x)},${Math.round(y)}`).join(" ");
  }

  /** Return the last glyphs drawn and the end of the candle each begins at, as JSON. */
  placed() {
    return JSON.stringify(
      this.drawn.slice(-LAST).map(({ mark, x, y, edge }) => ({
        title: mark.title,
        side: mark.side,
        at_price: mark.atPrice,
        reason: mark.reason,
        at_ms: mark.at,
        x: Math.round(x),
        y: Math.round(y),
        edge: Math.round(edge),
      })),
    );
  }

  /** Show the words of the smallest mark at a place, in pixels. */
  point(x, y, { decimals, step }) {
    let found = null;
    for (const spot of this.spots) {
      const far = Math.hypot(spot.x - x, spot.y - y);
      if (far > spot.radius + REACH_PX) continue;
      const smaller = !found || spot.radius < found.radius;
      if (smaller || (spot.radius === found.radius && far < found.far)) found = { ...spot, far };
    }
    if (!found) return this.hide();
    if (found.circle) this.tellCircle(found.circle, decimals, step);
    else this.tell(found.marks, found.isMore);
    this.show(found);
  }

  tellCircle({ trace, i }, decimals, step) {
    const { title, note, unit, quote, at } = trace.meta;
    const base = trace.customdata[i];
    const amount = `${short(base)} ${unit} ${at} ${fixed(trace.y[i], decimals)}: ${short(base * trace.y[i])} ${quote}`;
    this.tipTitle.textContent = `${clock(trace.x[i] + step / 2)} ${title}`;
    this.tipTitle.style.color = trace.marker.line.color;
    this.tipText.textContent = [amount, note].filter(Boolean).join("\n");
  }

  tell(marks, isMore) {
    const [first] = marks;
    this.tipTitle.textContent = isMore ? `${marks.length} more` : first.title;
    this.tipTitle.style.color = isMore ? "" : first.color;
    if (!isMore) {
      this.tipText.textContent = told(first);
      return;
    }
    const lines = marks.slice(0, LISTED).map(({ at, title, reason }) => `${clock(at)} ${title}: ${reason}`);
    if (marks.length > LISTED) lines.push(`and ${marks.length - LISTED} more`);
    this.tipText.textContent = lines.join("\n");
  }

  /** Put the box beside its mark, inside the chart. */
  show({ x, y, radius }) {
    this.tip.style.display = "block";
    const { clientWidth, clientHeight } = this.sheet.canvas;
    const { offsetWidth: width, offsetHeight: height } = this.tip;
    const left = x > clientWidth / 2 ? x - radius - 8 - width : x + radius + 8;
    const top = Math.min(Math.max(y - height / 2, 0), Math.max(clientHeight - height, 0));
    this.tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }
}
