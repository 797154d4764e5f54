// The Explorer's chart: whole snapshots from /live, our own hit test, zoom that stays.

import { Cells } from "./cells.js";
import { Chips } from "./chips.js";
import { Crosshair } from "./crosshair.js";
import { hit } from "./hit.js";
import { Hold } from "./hold.js";
import { onKey } from "./keys.js";
import { Marks } from "./marks.js";
import { element, mounted, Panel } from "./panel.js";
import { Overlay } from "./overlay.js";
import { camera } from "./picture.js";
import { copied, painted, Plot } from "./plot.js";
import { fixed, Readout } from "./readout.js";
import { label, nearest, slot, times } from "./slots.js";
import { View } from "./view.js";

const CLICK_PX = 5;
const CLICK_MS = 700;
const DOUBLE_MS = 350;
const nanoseconds = (ms) => String(BigInt(Math.round(ms * 1000)) * 1000n);

class LiveChart extends Panel {
  constructor(parent) {
    super(parent, "live-chart");
    this.root.classList.add("ts-chart");
    this.readout = new Readout(this.root);
    camera(this.readout.right, this.root, () => this.message);
    this.stage = element(this.root, "ts-stage");
    this.div = element(this.stage, "ts-plot");
    this.cells = new Cells(this.stage, this.div);
    this.marks = new Marks(this.stage);
    this.overlay = new Overlay(this.stage);
    this.chips = new Chips(this.stage);
    this.crosshair = new Crosshair(this.stage);
    this.hold = new Hold(this.stage, (message) => this.show(message));
    this.notice = element(this.root, "ts-notice", "The chart is on its way.");
    this.view = new View();
    this.frames = 0;
    this.message = null;
    this.plot = new Plot(
      this.div,
      (message) => this.compose(message),
      (message) => this.wasDrawn(message),
    );
    this.listen();
  }

  configure({ room_px, view }) {
    if (this.feed.wanted?.view !== view) this.hold.release();
    this.root.style.setProperty("--ts-room", `${room_px}px`);
  }

  show(message) {
    if (this.hold.keeps(message)) return;
    this.notice.textContent = "";
    if (!this.message) this.readout.show(message); // the numbers need not wait for Plotly
    this.plot.draw(message);
  }

  blank(text) {
    this.message = this.plot.pending = null;
    this.notice.textContent = text;
    this.readout.clear();
    this.crosshair.hide();
    this.chips.hide();
    this.overlay.clear();
    this.marks.clear();
    this.cells.clear();
    if (window.Plotly && this.div._fullLayout) window.Plotly.purge(this.div);
    this.listening = false;
  }

  redraw() {
    if (this.message) this.plot.draw(this.plot.pending || this.message);
  }

  compose(message) {
    if (!message.figure) return null;
    // Another market or timeframe: what was zoomed there means nothing here.
    if (this.message && this.message.figure.layout.uirevision !== message.figure.layout.uirevision) {
      this.view.reset();
      this.overlay.mark(null);
    }
    this.message = message;
    const layout = copied(message.figure.layout);
    const panes = Object.entries(layout).filter(([name, axis]) => /^yaxis\d/.test(name) && !axis.overlaying);
    this.root.style.setProperty("--ts-panes", panes.length);
    this.overlay.take(layout);
    layout.hovermode = false; // the crosshair and the line above the chart do it
    layout.width = this.div.clientWidth;
    layout.height = this.div.clientHeight;
    const { bars, beside, step_ns } = message;
    const rest = this.marks.take(message.figure.data, bars, Number(step_ns) / 1e6);
    const data = this.cells.take(rest, bars);
    this.view.apply(layout, bars, beside, () => this.marks.roomy(layout, this.cells.spans()));
    label(layout, message);
    return { data: this.cells.cover(data, layout), layout };
  }

  /** Lay everything of our own over what Plotly has just drawn. */
  lay() {
    this.overlay.place(this.div._fullLayout);
    this.cells.place(this.div._fullLayout);
    this.marks.place(this.div._fullLayout, this.cells.spans(), this.cells.hint(), this.overlay.foot());
  }

  async wasDrawn(message) {
    this.lay();
    if (!this.listening) {
      this.listening = true;
      this.div.on("plotly_relayouting", () => this.lay());
      this.div.on("plotly_relayout", (changed) => {
        this.view.dragged(this.div, changed);
        this.hooks();
        this.redraw();
      });
    }
    const repeated = this.acked === message;
    this.acked = message;
    if (!repeated) this.feed.ack(message.seq);
    this.readout.show(message);
    this.point();
    this.hooks();
    if (repeated) return;
    this.frames++;
    await painted();
    // Of an event, only its first painting tells how late it came.
    if (this.painted !== message.recv_ns) {
      const latency = Date.now() - message.arrived_ms;
      this.readout.latency(latency);
      this.root.dataset.latencyMs = latency.toFixed(0);
      this.painted = message.recv_ns;
    }
    Object.assign(this.root.dataset, {
      frames: String(this.frames),
      source: message.source,
      stepNs: message.step_ns,
    });
  }

  hooks() {
    const { xaxis } = this.div._fullLayout;
    // The plot begins at the root's left edge; asking the browser would make it lay out twice.
    this.root.dataset.plotPx = `${xaxis._offset},${xaxis._offset + xaxis._length}`;
    this.root.dataset.rangeNs = xaxis.range.map((end) => nanoseconds(xaxis.r2l(end))).join(",");
    this.root.dataset.marksPx = this.marks.places();
    this.root.dataset.glyphs = this.marks.placed();
    this.root.dataset.cells = this.cells.placed();
  }

  /** Return where a pointer event lies on the plot area, or null. */
  place(event) {
    return this.message ? hit(this.div, event) : null;
  }

  listen() {
    this.div.addEventListener("pointerdown", (event) => (this.down = event), true);
    this.div.addEventListener("pointermove", (event) => {
      this.pointer = event;
      this.point();
    });
    this.div.addEventListener("pointerleave", () => {
      this.pointer = null;
      this.point();
    });
    this.div.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.onUp = (event) => this.up(event);
    this.keys = [
      onKey("r", () => this.recentre()),
      onKey("f", () => this.footprint()),
    ];
    window.addEventListener("pointerup", this.onUp, true);
    this.sizes = new ResizeObserver(() => this.redraw());
    this.sizes.observe(this.div);
  }

  /** A click is a press and a release at the same place; everything else is a drag. */
  up(event) {
    const down = this.down;
    this.down = null;
    if (!down || event.button !== 0 || event.timeStamp - down.timeStamp > CLICK_MS) return;
    const moved = Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY);
    const place = this.place(event);
    if (moved > CLICK_PX || !place || !place.onPlot) return;
    // Not the browser's own: between press and release Plotly lays an element under the mouse.
    const before = this.clicked;
    const again =
      before &&
      event.timeStamp - before.timeStamp < DOUBLE_MS &&
      Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY) < CLICK_PX;
    this.clicked = again ? null : event;
    if (again) this.recentre();
    else this.open(place);
  }

  /** Open the candle at a place of the plot. */
  open(place) {
    const hit = slot(this.message, place.ms);
    if (!hit) return;
    this.overlay.mark(hit);
    this.overlay.place(this.div._fullLayout);
    this.component.setTriggerValue("bar", hit.click);
  }

  wheel(event) {
    const place = this.place(event);
    if (!place || (!place.onPlot && !place.onPriceAxis)) return;
    event.preventDefault();
    const delta = event.deltaY || event.deltaX;
    const factor = Math.exp(Math.sign(delta) * Math.min(Math.abs(delta), 120) * 0.0015);
    if (place.onPriceAxis) this.view.zoomY(factor, place.yPrice);
    else if (event.shiftKey || event.deltaX) this.view.panX(Math.sign(delta) * 0.08);
    else {
      this.view.zoomX(factor, place.x, Number(this.message.step_ns) / 1e6);
      // Prices too, around the mouse: so one comes near the numbers of a footprint.
      if (event.ctrlKey) this.view.zoomY(factor, place.yPrice);
    }
    this.redraw();
  }

  /** Open the candle under the mouse, else the newest; of several charts that under it, or the first. */
  footprint() {
    const chosen = document.querySelector(".ts-chart:hover") || document.querySelector(".ts-chart");
    if (chosen !== this.root || !this.message) return;
    const place = this.pointer && this.place(this.pointer);
    const { time } = this.message.bars;
    this.open({ ms: place?.onPlot ? place.ms : time[time.length - 1] });
  }

  recentre() {
    this.view.reset();
    this.redraw();
  }

  /** Put crosshair and readout where the mouse is; again after each drawing, the bars move. */
  point() {
    const place = this.pointer && !this.plot.held ? this.place(this.pointer) : null;
    if (!place || !place.onPlot || !this.message.bars.time.length) {
      this.crosshair.hide();
      this.chips.hide();
      this.marks.hide();
      this.readout.point(null);
      return;
    }
    const { bars, decimals, step_ns } = this.message;
    const { xaxis, yaxis, width, margin } = this.div._fullLayout;
    const bar = nearest(bars.time, place.ms);
    this.readout.point(bar);
    const [low, high] = yaxis.range;
    const y = this.pointer.clientY - this.div.getBoundingClientRect().top;
    this.chips.show(this.message.beside, place.ms, this.div._fullLayout);
    const step = Number(step_ns) / 1e6;
    this.marks.point(xaxis._offset + place.x * xaxis._length, y, { decimals, step });
    this.crosshair.show(
      xaxis._offset + xaxis.l2p(bars.time[bar]),
      y,
      {
        left: xaxis._offset,
        right: xaxis._offset + xaxis._length,
        end: width - margin.r,
        top: yaxis._offset,
        bottom: place.bottom,
        priceBottom: yaxis._offset + yaxis._length,
      },
      {
        price: fixed(low + place.yPrice * (high - low), decimals),
        time: times(bars, bar),
      },
    );
  }

  freshness(state, age, words, market) {
    // What stands still because the trader wants it to is not stale; nor is it live.
    const held = this.hold.on && state === "open";
    if (held) this.root.classList.remove("ts-stale");
    this.readout.freshness(state, age, held ? this.hold.words : words, market);
  }

  dispose() {
    window.removeEventListener("pointerup", this.onUp, true);
    this.keys.forEach((unbind) => unbind());
    this.hold.dispose();
    this.sizes.disconnect();
    this.plot.dispose();
  }
}

export const render = mounted((parent) => new LiveChart(parent));
