// Which part of the time and price axes is seen: what the trader chose, else everything.

const LEAST_BARS = 5;
const MOST_SPANS = 3;
const FAR_SPANS = 4;
const STRAY_PX = 8; // a drag that moves less than this up or down leaves the price axis automatic

function indexFrom(values, wanted) {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function widened(low, high, room) {
  const margin = (high - low) * room || Math.abs(high) * room || 1;
  return [low - margin, high + margin];
}

function span(columns, from, to) {
  let low = Infinity;
  let high = -Infinity;
  for (const values of columns) {
    for (let i = from; i < to; i++) {
      if (values[i] < low) low = values[i];
      if (values[i] > high) high = values[i];
    }
  }
  return low <= high ? [low, high] : null;
}

/** Zero belongs to the pane, unless it is so far away that no move would be seen. */
function withZero([low, high], farSpans) {
  if (Math.max(low, -high) > farSpans * (high - low) && high > low) return [low, high];
  return [Math.min(low, 0), Math.max(high, 0)];
}

export class View {
  constructor() {
    this.x = null;
    this.y = null;
    this.epoch = 0;
  }

  reset() {
    this.x = this.y = null;
    this.epoch++;
  }

  /**
   * Put the ranges to be seen into a layout whose ranges show everything; `roomy` answers with a
   * range of prices that has room for what stands beside the candles, too.
   */
  apply(layout, bars, beside, roomy) {
    this.full = { x: layout.xaxis.range.slice(), y: layout.yaxis.range.slice() };
    this.follow(bars.time);
    // A new revision each time we decide: else Plotly would bring its own memory of a drag back.
    layout.uirevision = `${layout.uirevision}|${this.epoch}`;
    if (this.x) {
      layout.xaxis.range = this.x.slice();
      this.fit(layout, bars);
      this.fitBeside(layout, beside);
    }
    layout.yaxis.range = this.y ? this.y.slice() : roomy();
    this.drawnY = layout.yaxis.range.slice();
  }

  /** Go along with a newer bar, if the one that was the newest is seen. */
  follow(times) {
    const before = this.newest;
    this.newest = times[times.length - 1];
    const isSeen = this.x && before >= this.x[0] && before <= this.x[1];
    const by = this.newest - before;
    if (!isSeen || !(by > 0)) return;
    this.x = this.x.map((end) => end + by);
    this.epoch++;
  }

  /** Fit the value axes to the bars that are seen. */
  fit(layout, bars) {
    const from = indexFrom(bars.time, this.x[0]);
    const to = indexFrom(bars.time, this.x[1]);
    const panes = [
      ["yaxis", [bars.low, bars.high], 0.06, null],
      ["yaxis2", [bars.cvd], 0.08, FAR_SPANS],
      ["yaxis3", [bars.delta], 0.08, Infinity],
    ];
    for (const [name, columns, room, farSpans] of panes) {
      const seen = layout[name] ? span(columns, from, to) : null;
      if (!seen) continue;
      const [low, high] = farSpans === null ? seen : withZero(seen, farSpans);
      layout[name].range = widened(low, high, room);
    }
  }

  /** Fit the other panes to what they say of the bars that are seen, zero among it or not. */
  fitBeside(layout, { time, panes }) {
    for (const pane of panes) {
      if (pane.fit === "none" || !layout[pane.axis]) continue;
      const [from, to] = this.x.map((end) => indexFrom(pane.time || time, end));
      const seen = span(pane.cells.filter(({ words }) => !words).map(({ values }) => values), from, to);
      if (!seen) continue;
      const [low, high] = pane.fit === "zero" ? withZero(seen, Infinity) : seen;
      layout[pane.axis].range = widened(low, high, 0.08);
    }
  }

  /** Take over what a drag did; `gd` is the Plotly element. */
  dragged(gd, changed) {
    const { xaxis, yaxis } = gd._fullLayout;
    const touched = (axis) => Object.keys(changed).some((key) => key.startsWith(`${axis}.range`));
    if (touched("xaxis")) {
      const range = [xaxis.r2l(xaxis.range[0]), xaxis.r2l(xaxis.range[1])];
      const before = this.x || this.full.x;
      const still = Math.abs(range[0] - before[0]) * xaxis._length < (range[1] - range[0]) * 0.5;
      if (!still || this.x) this.x = range;
    }
    if (touched("yaxis")) {
      const before = this.drawnY || this.full.y;
      const pixel = (before[1] - before[0]) / yaxis._length;
      const moved = yaxis.range.some((end, at) => Math.abs(end - before[at]) > STRAY_PX * pixel);
      if (moved || this.y) this.y = yaxis.range.slice();
    }
    this.epoch++;
  }

  /** Zoom the time axis by `factor` around the share `at` of its width. */
  zoomX(factor, at, stepMs) {
    const [from, to] = this.x || this.full.x;
    const whole = this.full.x[1] - this.full.x[0];
    const width = Math.min(
      Math.max((to - from) * factor, LEAST_BARS * stepMs),
      MOST_SPANS * whole,
    );
    const start = from + at * (to - from - width);
    this.x = [start, start + width];
    this.epoch++;
  }

  panX(share) {
    const [from, to] = this.x || this.full.x;
    const by = (to - from) * share;
    this.x = [from + by, to + by];
    this.epoch++;
  }

  zoomY(factor, at) {
    const [low, high] = this.y || this.drawnY || this.full.y;
    const height = (high - low) * factor;
    const bottom = low + at * (high - low - height);
    this.y = [bottom, bottom + height];
    this.epoch++;
  }
}
