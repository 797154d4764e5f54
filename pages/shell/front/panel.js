// What every live component has: a root in the page, a feed, a state in words, and an end.

import { Feed } from "./feed.js";
import { onLook, sheet } from "./theme.js";

const STALE_MS = 2000;
const GONE_MS = 1500; // between two pages Streamlit may take a component away and bring it back

const SHEETS = ["live", "board", "tape", "dashboard"];

export function element(parent, className, text = "") {
  const child = document.createElement("div");
  child.className = className;
  child.textContent = text;
  parent.appendChild(child);
  return child;
}

const clock = (ms) => new Date(ms).toISOString().slice(11, 19);

export class Panel {
  constructor(parent, testid) {
    SHEETS.forEach(sheet);
    this.root = element(parent, "ts-panel");
    this.root.dataset.testid = testid;
    this.component = null;
    this.newest = null; // {receivedMs, ageMs} of the newest frame
    this.feed = new Feed(
      (message) => this.take(message),
      () => this.tell(),
    );
    this.deaf = onLook(() => this.repaint());
    this.timer = setInterval(() => this.tell(), 500);
  }

  /** The component's export ran: new data, or only a new way to answer. */
  render(component) {
    this.component = component;
    this.configure(component.data);
    this.feed.watch(component.data);
  }

  configure() {}

  take(message) {
    this.newest = {
      at: Date.now(),
      age: message.age_ms ?? 0,
      recv: Number(message.recv_ns ?? 0) / 1e6,
      beats: message.beats ?? true,
      state: message.state ?? "ok",
      words: message.state_words ?? "",
    };
    if (message.kind === "message" || message.kind === "empty") {
      this.feed.ack(message.seq);
      this.blank(message.text);
    } else {
      this.show(message);
    }
    this.tell();
  }

  /** Milliseconds since the newest event in the newest frame reached the server. */
  age() {
    return this.newest ? this.newest.age + Date.now() - this.newest.at : null;
  }

  /** Say how fresh the picture is. */
  tell() {
    const age = this.age();
    const { state, since } = this.feed;
    let words = "";
    if (state === "refused") words = "This page is from an earlier run of the server: reload it";
    else if (state === "lost") words = `Connection lost at ${clock(since)} UTC, trying again`;
    else if (age === null) words = "";
    else if (this.newest.beats && this.newest.recv && age > STALE_MS) words = `No data since ${clock(this.newest.recv)} UTC`;
    this.root.dataset.connection = state;
    this.root.classList.toggle("ts-stale", words !== "");
    // A channel that is not live is said even while others send: the sum lacks it. Where none
    // sends, it also says why.
    const market = this.newest ? this.newest.state : "";
    if (state === "open" && market && market !== "ok") words = this.newest.words;
    this.root.dataset.state = market;
    this.freshness(state, age, words, market);
  }

  /** Draw what is shown once more: this tab has another theme or palette. */
  repaint() {
    const message = this.feed.again();
    if (message && message.kind !== "message" && message.kind !== "empty") this.show(message);
  }

  /** Count a frame of a board that was patched in, and acknowledge it once it is on the screen: a
   *  slow tab gets fewer of them. */
  patched(message) {
    const frames = Number(this.root.dataset.frames ?? 0) + 1;
    Object.assign(this.root.dataset, { frames: String(frames), source: message.source });
    requestAnimationFrame(() => {
      this.root.dataset.latencyMs = String(Math.round(Date.now() - message.arrived_ms));
      this.feed.ack(message.seq);
    });
  }

  freshness() {}

  blank() {}

  show() {}

  /** Called when Streamlit says the component is gone; it also says so when it is not. */
  leave() {
    setTimeout(() => {
      if (this.root.isConnected) return;
      clearInterval(this.timer);
      this.deaf();
      this.feed.close();
      this.dispose();
    }, 0);
  }

  dispose() {}
}

/** Return the export of a component: one panel per place in the page, for as long as it is there. */
export function mounted(make) {
  const panels = new WeakMap();
  return (component) => {
    const parent = component.parentElement;
    let panel = panels.get(parent);
    if (!panel || !panel.root.isConnected) {
      panel = make(parent);
      panels.set(parent, panel);
    }
    panel.render(component);
    return () => panel.leave();
  };
}

/** Return the export of a component that every page has: one panel in a tab, which outlives the runs
 *  of the script and the pages, so that it never flickers. `isOn` says whether it is there at all. */
export function everywhere(make, isOn = () => true) {
  let panel = null;
  let holder = null;
  const end = () => {
    panel?.root.remove();
    panel?.leave();
    panel = null;
  };
  return (component) => {
    const own = (holder = component.parentElement);
    if (isOn(component.data)) {
      panel ||= make();
      panel.render(component);
    } else {
      end();
    }
    return () => setTimeout(() => holder === own && !own.isConnected && end(), GONE_MS);
  };
}
