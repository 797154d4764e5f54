// Hold: a chart that stands still for as long as the trader reads it, and says so.

import { element } from "./panel.js";

export class Hold {
  /** The market goes on meanwhile: `goOn(message)` gets what came last. */
  constructor(stage, goOn) {
    this.goOn = goOn;
    this.sinceMs = 0;
    this.waiting = null;
    this.badge = element(stage, "ts-hold");
    this.badge.dataset.testid = "paused";
    this.timer = null;
  }

  get on() {
    return this.sinceMs > 0;
  }

  toggle() {
    if (this.on) this.release();
    else {
      this.sinceMs = Date.now();
      this.timer = setInterval(() => this.tell(), 500);
      this.tell();
    }
  }

  /** Return whether a frame is kept back. */
  keeps(message) {
    if (this.on) this.waiting = message;
    return this.on;
  }

  release() {
    clearInterval(this.timer);
    this.sinceMs = 0;
    this.badge.textContent = "";
    const message = this.waiting;
    this.waiting = null;
    if (message) this.goOn(message);
  }

  dispose() {
    clearInterval(this.timer);
  }

  get words() {
    return `PAUSED, ${Math.round((Date.now() - this.sinceMs) / 1000)} s behind`;
  }

  tell() {
    this.badge.textContent = `${this.words}: Space goes on`;
  }
}
