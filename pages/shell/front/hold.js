// Hold: the pictures of a page stand still together while the trader reads them, and say so.

import { onKey } from "./keys.js";
import { element } from "./panel.js";

const OPENING_MS = 1000;

const every = new Set();
let sinceMs = 0;
let timer = null;

function release() {
  clearInterval(timer);
  sinceMs = 0;
  every.forEach((each) => each.released());
}

function toggle() {
  if (!every.size) return false;
  if (sinceMs) return release();
  sinceMs = Date.now();
  const tell = () => every.forEach((each) => each.tell());
  timer = setInterval(tell, 500);
  tell();
}

onKey("hold", toggle);

export class Hold {
  /** The market goes on meanwhile: `goOn(message)` gets what came last. */
  constructor(stage, goOn) {
    this.goOn = goOn;
    this.openedMs = 0;
    this.waiting = null;
    this.badge = element(stage, "ts-hold");
    this.badge.dataset.testid = "paused";
    every.add(this);
  }

  get on() {
    return sinceMs > 0;
  }

  /** Return whether a frame is kept back. */
  keeps(message) {
    if (!this.on) return false;
    if (this.openedMs) {
      // Frames of what was shown before may still be on their way: the last one that passes is not.
      if (Date.now() - this.openedMs > OPENING_MS) this.openedMs = 0;
      return false;
    }
    this.waiting = message;
    return true;
  }

  /** Something else is shown: it comes as it is now, then stands still with the others. */
  opens() {
    this.waiting = null;
    this.openedMs = Date.now();
  }

  /** All go on. */
  release() {
    if (this.on) release();
  }

  released() {
    this.openedMs = 0;
    this.badge.textContent = "";
    const message = this.waiting;
    this.waiting = null;
    if (message) this.goOn(message);
  }

  dispose() {
    every.delete(this);
    if (!every.size) this.release();
  }

  get words() {
    return `PAUSED, ${Math.round((Date.now() - sinceMs) / 1000)} s behind`;
  }

  tell() {
    this.badge.textContent = `${this.words}: Space goes on`;
  }
}
