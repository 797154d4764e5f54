// An opened candle: its numbers, its rows and its seconds, drawn whenever they change.

import { Compared } from "./compared.js";
import { Hold } from "./hold.js";
import { element, mounted, Panel } from "./panel.js";
import { camera } from "./picture.js";
import { Plot } from "./plot.js";

class Footprint extends Panel {
  constructor(parent) {
    super(parent, "footprint");
    this.root.classList.add("ts-footprint");
    const head = element(this.root, "ts-title");
    this.title = element(head, "");
    camera(head, this.root, () => this.message && { ...this.message, title: `${this.message.market}: footprint ${this.message.title}` });
    this.headline = element(this.root, "ts-headline");
    this.notice = element(this.root, "ts-notice ts-flow");
    this.compared = new Compared(this.root);
    this.scroll = element(this.root, "ts-scroll");
    this.div = element(this.scroll, "ts-rows");
    this.hold = new Hold(this.root, (message) => this.show(message));
    this.plot = new Plot(
      this.div,
      (message) => this.compose(message),
      (message) => this.wasDrawn(message),
    );
    this.sizes = new ResizeObserver(() => this.message && this.plot.draw(this.message));
    this.sizes.observe(this.scroll);
  }

  configure({ room_px, bar_ns, view }) {
    this.root.style.setProperty("--ts-room", `${room_px}px`);
    if (this.view !== view) {
      this.view = view;
      this.hold.opens();
      this.root.dataset.barNs = bar_ns;
      this.root.dataset.rows = "0";
      this.root.classList.add("ts-loading");
    }
  }

  show(message) {
    if (this.hold.keeps(message)) this.feed.ack(message.seq);
    else this.plot.draw(message);
  }

  blank(text) {
    this.root.classList.remove("ts-loading");
    this.message = this.plot.pending = null;
    this.notice.textContent = text;
    this.headline.replaceChildren();
    this.compared.show(null);
    this.root.dataset.rows = "0";
    if (window.Plotly && this.div._fullLayout) window.Plotly.purge(this.div);
  }

  compose(message) {
    this.message = message;
    // Without rows the note above says all there is; empty axes would only look like a fault.
    this.div.style.visibility = message.rows ? "visible" : "hidden";
    const layout = structuredClone(message.figure.layout);
    layout.width = this.scroll.clientWidth;
    layout.height = Math.max(layout.height, this.scroll.clientHeight - 2);
    return { data: message.figure.data, layout };
  }

  wasDrawn(message) {
    this.root.classList.remove("ts-loading");
    this.notice.textContent = message.note;
    this.title.textContent = message.title;
    this.headline.replaceChildren();
    for (const { label, text, colour } of message.headline) {
      const tile = element(this.headline, "ts-tile");
      element(tile, "ts-label", label);
      element(tile, "ts-value", text).style.color = colour;
    }
    this.compared.show(message.figure.compared);
    Object.assign(this.root.dataset, {
      barNs: message.bar_ns,
      rows: String(message.rows),
      closed: String(message.closed),
    });
    if (this.acked !== message) this.feed.ack(message.seq);
    this.acked = message;
  }

  dispose() {
    this.hold.dispose();
    this.sizes.disconnect();
    this.plot.dispose();
  }
}

export const render = mounted((parent) => new Footprint(parent));
