// One tab's end of /live: connects, reconnects, hands over the newest frame, acknowledges.

import { decode } from "./wire.js";

const FIRST_RETRY_MS = 400;
const LONGEST_RETRY_MS = 5000;
const FINAL_CODES = new Set([4400, 4401, 4404]); // only a new script run can help

export class Feed {
  /** onFrame(message) may be called again before it answers with ack(); the newest counts. */
  constructor(onFrame, onState) {
    this.onFrame = onFrame;
    this.onState = onState;
    this.state = "connecting";
    this.since = Date.now();
    this.retryMs = FIRST_RETRY_MS;
    this.wanted = null;
    this.socket = null;
    this.newest = null;
  }

  /** Watch `view` on the route `url`; on the open connection where there is one. */
  watch({ url, token, view }) {
    const before = this.wanted;
    this.wanted = { url, token, view };
    const sameServer = before && before.url === url && before.token === token;
    if (sameServer && before.view === view && this.state !== "refused") return;
    if (sameServer && this.socket && this.socket.readyState === WebSocket.OPEN) {
      this.send({ view });
    } else {
      this.connect();
    }
  }

  /** Return the newest message, decoded once more; null = none has come. */
  again() {
    return this.newest ? decode(this.newest) : null;
  }

  ack(seq) {
    this.send({ ack: seq });
  }

  close() {
    this.wanted = null;
    this.drop();
  }

  send(message) {
    if (this.socket && this.socket.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify(message));
    }
  }

  drop() {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    if (socket) socket.close();
  }

  connect() {
    this.drop();
    const { url, token, view } = this.wanted;
    const target = new URL(url, location.href);
    target.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    target.search = new URLSearchParams({ token, view }).toString();
    const socket = new WebSocket(target);
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      if (socket !== this.socket) return;
      this.retryMs = FIRST_RETRY_MS;
      // The view may have been switched while the connection was being made.
      if (this.wanted.view !== view) this.send({ view: this.wanted.view });
      this.become("open");
    };
    socket.onmessage = (event) => {
      if (socket !== this.socket) return;
      try {
        this.newest = event.data;
        this.onFrame(decode(event.data));
      } catch (error) {
        console.error("a live frame could not be read", error);
        this.ack(0);
      }
    };
    socket.onclose = (event) => {
      if (socket !== this.socket) return;
      this.socket = null;
      if (FINAL_CODES.has(event.code)) {
        this.become("refused");
        return;
      }
      this.become("lost");
      this.timer = setTimeout(() => this.wanted && this.connect(), this.retryMs);
      this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
    };
  }

  become(state) {
    if (state !== this.state) this.since = Date.now();
    this.state = state;
    this.onState(state);
  }
}
