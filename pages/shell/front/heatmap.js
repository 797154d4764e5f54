// The heat map of a book: what rested around the price, with best prices, walls and orders on it.

import { HeatAxes } from "./heat_axes.js";
import { gradient, HeatCells, sizeOf } from "./heat_cells.js";
import * as paint from "./heat_paint.js";
import { Hold } from "./hold.js";
import { onKey } from "./keys.js";
import { element, mounted, Panel } from "./panel.js";
import { camera } from "./picture.js";
import { short } from "./readout.js";
import { sheet } from "./theme.js";

const [AXIS_PX, TIME_PX, EDGE_PX] = [72, 22, 4];
const WHEEL = 1.0015;
const NEAR_PX = 4;
const SIDES = { 1: "▲ bought", "-1": "▼ sold", 0: "side not told" };

class HeatMap extends Panel {
  constructor(parent) {
    super(parent, "first-figure");
    sheet("depth");
    this.root.classList.add("ts-heat");
    const head = element(this.root, "ts-heat-head");
    this.name = element(head, "ts-name");
    this.legend = element(head, "ts-heat-legend");
    this.words = element(head, "ts-words");
    const right = element(head, "ts-heat-right");
    camera(right, this.root, () => this.message);
    this.stage = element(this.root, "ts-stage");
    this.canvas = document.createElement("canvas");
    this.canvas.className = "ts-heat-canvas";
    this.stage.appendChild(this.canvas);
    this.tip = element(this.stage, "ts-tip");
    this.notice = element(this.root, "ts-notice");
    this.hold = new Hold(this.stage, (message) => this.show(message));
    this.cells = new HeatCells();
    this.axes = new HeatAxes();
    this.message = this.mouse = this.drag = null;
    this.frames = 0;
    this.sizes = new ResizeObserver(() => this.paint());
    this.sizes.observe(this.stage);
    this.listen();
  }

  configure({ height_px: height, view }) {
    this.root.style.height = `${height}px`;
    if (view !== this.view) {
      this.axes.reset();
      this.hold.release();
    }
    this.view = view;
  }

  show(message) {
    if (this.hold.keeps(message)) {
      this.feed.ack(message.seq);
      return;
    }
    this.notice.textContent = "";
    this.message = message;
    const began = performance.now();
    this.cells.take(message);
    this.paint();
    this.root.dataset.paintMs = (performance.now() - began).toFixed(2);
    this.head(message);
    this.frames += 1;
    Object.assign(this.root.dataset, {
      frames: String(this.frames),
      source: message.source,
      cells: `${message.columns}x${message.rows}`,
      off: message.off,
    });
    requestAnimationFrame(() => {
      this.root.dataset.latencyMs = String(Math.round(Date.now() - message.arrived_ms));
      this.feed.ack(message.seq);
    });
  }

  head({ title, contrast_text: [low, high], base, off }) {
    this.name.textContent = title;
    this.stage.classList.toggle("ts-heat-off", off !== "");
    if (!this.bar) {
      this.low = element(this.legend, "");
      this.bar = element(this.legend, "ts-heat-bar");
      this.high = element(this.legend, "");
    }
    this.low.textContent = low;
    this.high.textContent = `${high} ${base} a row`;
    this.bar.style.background = gradient();
  }

  blank(text) {
    this.notice.textContent = text;
    this.message = null;
    this.tip.hidden = true;
    const pen = this.canvas.getContext("2d");
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  freshness(state, age, words) {
    const off = this.message?.off ? `Book ${this.message.off}` : "";
    const said = this.hold.on && state === "open" ? this.hold.words : words || off;
    this.words.textContent = this.words.title = said;
  }

  /** Draw all that is seen. */
  paint() {
    const { message, stage, canvas, axes } = this;
    const [width, height] = [stage.clientWidth, stage.clientHeight];
    if (!message || !width || !height) return;
    const scale = window.devicePixelRatio || 1;
    const size = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
    const pen = canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    axes.place({ left: EDGE_PX, top: EDGE_PX, width: width - AXIS_PX - EDGE_PX, height: height - TIME_PX - EDGE_PX });
    const last = this.last();
    axes.fit(message, last?.price);
    pen.save();
    pen.beginPath();
    pen.rect(axes.frame.left, axes.frame.top, axes.frame.width, axes.frame.height);
    pen.clip();
    paint.hatch(pen, axes.frame);
    paint.cells(pen, this.cells.image, axes, message);
    paint.since(pen, axes, message.known_ms);
    paint.watermark(pen, axes.frame, message.source);
    paint.best(pen, axes, message);
    paint.walls(pen, axes, message);
    this.discs = paint.discs(axes, message);
    paint.bubbles(pen, this.discs, message);
    pen.restore();
    paint.axesOf(pen, axes, last);
    this.root.dataset.rangeNs = [axes.fromMs, axes.toMs].map((ms) => `${Math.round(ms)}000000`).join();
    this.root.dataset.prices = [axes.low, axes.high].map((price) => price.toPrecision(10)).join();
    this.point();
  }

  /** Return the middle of the newest best prices. */
  last() {
    const { bid, ask, decimals } = this.message;
    for (let i = bid.length - 1; i >= 0; i--) {
      const price = (bid[i] + ask[i]) / 2;
      if (Number.isFinite(price)) return { price, text: paint.grouped(price, decimals) };
    }
    return null;
  }

  listen() {
    const { canvas, axes } = this;
    const at = ({ clientX, clientY }) => {
      const { left, top } = canvas.getBoundingClientRect();
      return { x: clientX - left, y: clientY - top };
    };
    const isAxis = ({ x }) => this.message && x > axes.frame.left + axes.frame.width;
    canvas.addEventListener("pointermove", (event) => {
      this.mouse = at(event);
      if (this.drag && this.message) {
        axes.pan(this.mouse.x - this.drag.x, this.mouse.y - this.drag.y);
        this.drag = this.mouse;
        this.soon();
      } else {
        this.point();
      }
    });
    canvas.addEventListener("pointerleave", () => {
      this.mouse = null;
      this.point();
    });
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.drag = at(event);
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (this.drag = null));
    const recentre = () => {
      axes.reset();
      this.soon();
    };
    canvas.addEventListener("dblclick", recentre);
    this.keys = [onKey("r", recentre)];
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        if (!this.message) return;
        const { x, y } = at(event);
        const factor = WHEEL ** (event.deltaY || event.deltaX);
        if (event.shiftKey || isAxis({ x })) axes.zoomPrice(factor, y);
        else axes.zoomTime(factor, x);
        this.soon();
      },
      { passive: false },
    );
  }

  /** Paint with the next picture of the screen. */
  soon() {
    if (this.waits) return;
    this.waits = requestAnimationFrame(() => {
      this.waits = 0;
      this.paint();
    });
  }

  /** Say what is under the mouse. */
  point() {
    const text = this.mouse && this.message && !this.drag ? this.read(this.mouse) : "";
    this.tip.hidden = !text;
    if (!text) return;
    if (this.tip.textContent !== text) this.tip.textContent = text;
    const { x, y } = this.mouse;
    const left = x + 14 + this.tip.offsetWidth > this.stage.clientWidth ? x - 14 - this.tip.offsetWidth : x + 14;
    const top = Math.min(y + 14, this.stage.clientHeight - this.tip.offsetHeight);
    this.tip.style.transform = `translate(${left}px, ${top}px)`;
  }

  read({ x, y }) {
    const { message, axes } = this;
    const { left, top, width, height } = axes.frame;
    if (x < left || x > left + width || y < top || y > top + height) return "";
    const { decimals, base, tick, from_ms: fromMs, low_ticks: low, row_ticks: high } = message;
    const column = Math.floor((axes.ms(x) - fromMs) / 1000);
    const row = Math.floor((axes.price(y) / tick - low) / high + 1e-9);
    const size = sizeOf(this.cells.at(column, row), message);
    const edges = [low + row * high, low + (row + 1) * high - 1].map((ticks) => paint.grouped(ticks * tick, decimals));
    const rests = Number.isNaN(size) ? "not known" : size ? `${short(size)} ${base} rest` : "nothing rests";
    const lines = [
      `${paint.clock(fromMs + column * 1000)} UTC`,
      edges[0] === edges[1] ? edges[0] : `${edges[0]} to ${edges[1]}`,
      rests,
    ];
    return [...lines, ...this.order(x, y), ...this.wall(x, y)].join("\n");
  }

  /** Return what to say of the order under the mouse whose middle is the nearest. */
  order(x, y) {
    const { orders, quote, base, decimals } = this.message;
    const away = (disc) => Math.hypot(disc.x - x, disc.y - y);
    const under = this.discs.filter((disc) => away(disc) <= Math.max(disc.r, NEAR_PX));
    if (!under.length) return [];
    const hit = under.reduce((nearest, disc) => (away(disc) < away(nearest) ? disc : nearest));
    const { i } = hit;
    const levels = orders.levels[i] > 1 ? `, ${orders.levels[i]} prices to ${paint.grouped(orders.last[i], decimals)}` : "";
    return [
      `${SIDES[orders.side[i]]} ${short(orders.size[i])} ${base} at ${paint.grouped(orders.price[i], decimals)}`,
      `worth ${short(orders.value[i])} ${quote}, ${orders.fills[i]} ${orders.fills[i] > 1 ? "fills" : "fill"}${levels}`,
      `at ${new Date(orders.ms[i]).toISOString().slice(11, 23)} UTC`,
    ];
  }

  wall(x, y) {
    const { axes } = this;
    const hit = this.message.walls.findLast(
      (wall) =>
        Math.abs(axes.y(wall.price) - y) <= NEAR_PX &&
        axes.x(wall.from_ms) <= x &&
        (wall.to_ms === null || axes.x(wall.to_ms) >= x),
    );
    return hit ? [`${hit.side} ${hit.said}, since ${paint.clock(hit.from_ms)} UTC`] : [];
  }

  dispose() {
    this.keys.forEach((unbind) => unbind());
    this.hold.dispose();
    this.sizes.disconnect();
  }
}

export const render = mounted((parent) => new HeatMap(parent));
