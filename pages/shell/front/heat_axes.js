// What part of a heat map is seen: zoom and pan in time and price, kept while frames come.

const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600].map((s) => s * 1000);
const LEAST_MS = 20_000;
const LEAST_ROWS = 8;
const STAY = 0.3; // the price may come so near to the edge of what is seen before it is followed

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

export class HeatAxes {
  constructor() {
    this.reset();
  }

  reset() {
    this.spanMs = null; // null = all there is
    this.backMs = 0; // from the newest instant back to the right edge
    this.spanPrice = null;
    this.centre = null; // null = the price is followed
    this.followed = null;
  }

  /** Take the bounds of a message, and the middle price now. */
  fit({ from_ms: fromMs, columns, low_ticks: lowTicks, rows, row_ticks: rowTicks, tick }, mid) {
    this.row = rowTicks * tick;
    this.all = { fromMs, toMs: fromMs + columns * 1000, low: lowTicks * tick, high: (lowTicks + rows * rowTicks) * tick };
    const { all } = this;
    const spanMs = Math.min(this.spanMs ?? Infinity, all.toMs - all.fromMs);
    this.backMs = clamp(this.backMs, 0, all.toMs - all.fromMs - spanMs);
    this.toMs = all.toMs - this.backMs;
    this.fromMs = this.toMs - spanMs;
    const span = Math.min(this.spanPrice ?? Infinity, all.high - all.low);
    const whole = (all.low + all.high) / 2;
    let centre = this.centre ?? this.followed ?? mid ?? whole;
    if (this.centre === null && Math.abs((mid ?? centre) - centre) > (0.5 - STAY) * span) centre = mid;
    this.followed = centre;
    centre = clamp(centre, all.low + span / 2, all.high - span / 2);
    this.low = centre - span / 2;
    this.high = centre + span / 2;
  }

  /** `frame` is {left, top, width, height} of the plot in pixels. */
  place(frame) {
    this.frame = frame;
  }

  x(ms) {
    return this.frame.left + ((ms - this.fromMs) / (this.toMs - this.fromMs)) * this.frame.width;
  }

  y(price) {
    return this.frame.top + ((this.high - price) / (this.high - this.low)) * this.frame.height;
  }

  ms(x) {
    return this.fromMs + ((x - this.frame.left) / this.frame.width) * (this.toMs - this.fromMs);
  }

  price(y) {
    return this.high - ((y - this.frame.top) / this.frame.height) * (this.high - this.low);
  }

  zoomTime(factor, x) {
    const whole = this.all.toMs - this.all.fromMs;
    const span = clamp((this.toMs - this.fromMs) * factor, LEAST_MS, whole);
    // At the newest instant it stays there; else what is under the mouse does.
    const right = this.backMs > 0 ? this.ms(x) + ((this.toMs - this.ms(x)) / (this.toMs - this.fromMs)) * span : this.all.toMs;
    this.spanMs = span < whole ? span : null;
    this.backMs = clamp(this.all.toMs - right, 0, whole - span);
  }

  zoomPrice(factor, y) {
    const whole = this.all.high - this.all.low;
    const span = clamp((this.high - this.low) * factor, LEAST_ROWS * this.row, whole);
    if (this.centre !== null) {
      const at = this.price(y);
      this.centre = at + ((this.low + this.high) / 2 - at) * (span / (this.high - this.low));
    }
    this.spanPrice = span < whole ? span : null;
    if (!this.spanPrice) this.centre = null;
  }

  pan(dx, dy) {
    const { width, height } = this.frame;
    const room = this.all.toMs - this.all.fromMs - (this.toMs - this.fromMs);
    this.backMs = clamp(this.backMs + (dx / width) * (this.toMs - this.fromMs), 0, room);
    if (this.spanPrice && dy) this.centre = (this.low + this.high) / 2 + (dy / height) * (this.high - this.low);
  }

  /** Return instants for labels, some `apart` pixels from one another. */
  times(apart) {
    const most = Math.max(this.frame.width / apart, 1);
    const step = STEPS_MS.find((each) => (this.toMs - this.fromMs) / each <= most) ?? STEPS_MS.at(-1);
    const found = [];
    for (let at = Math.ceil(this.fromMs / step) * step; at <= this.toMs; at += step) found.push(at);
    return found;
  }

  /** Return prices for labels. */
  prices(apart) {
    const wanted = (this.high - this.low) / Math.max(this.frame.height / apart, 1);
    const power = 10 ** Math.floor(Math.log10(wanted));
    const step = [1, 2, 5, 10].map((digit) => digit * power).find((each) => each >= wanted);
    const found = [];
    for (let i = Math.ceil(this.low / step); i * step <= this.high; i++) found.push(i * step);
    return { found, places: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
  }
}
