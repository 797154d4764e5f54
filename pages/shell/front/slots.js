// Where the bars of a chart stand, and when they were: at their times, or, where the axis counts
// bars, at their numbers, each with its times beside it.

const LABEL_PX = 84;
const EVERY = [1, 1.5, 2, 3, 4, 5, 6, 8, 10]; // nobody reads the numbers: their times need no round steps

const whole = (ms, rest) => String(BigInt(ms) * 1000000n + BigInt(rest));
const nanoseconds = (ms) => String(BigInt(Math.round(ms * 1000)) * 1000n);
const moment = (ms) => new Date(ms).toISOString().slice(0, 19).replace("T", " ");
const clock = (ms) => moment(ms).slice(11);

/** Return the index of the time in `times` (ascending) that is nearest to `ms`. */
export function nearest(times, ms) {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < ms) low = middle + 1;
    else high = middle;
  }
  return low > 0 && ms - times[low - 1] < times[low] - ms ? low - 1 : low;
}

/** Return the same in few words: of bars with two times, these alone. */
export function briefly(bars, i) {
  const clocks = bars.first_ms ? [bars.first_ms[i], bars.last_ms[i]].map(clock) : [];
  return clocks.length ? [...new Set(clocks)].join("–") : times(bars, i).slice(5);
}

/** Return when bar `i` was: its open, or where the axis counts bars from when to when. */
export function times(bars, i) {
  if (!bars.first_ms) return moment(bars.time[i]);
  const [from, to] = [moment(bars.first_ms[i]), moment(bars.last_ms[i])];
  if (from === to) return from;
  return `${from} – ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to}`;
}

/**
 * Return the slot at a place of the time axis and what a click there says, or null.
 *
 * `from` and `to` are its edges on the axis: a candle stands in the middle of its slot.
 */
export function slot({ bars, cut, step_ns }, ms) {
  const step = Number(step_ns) / 1e6;
  const bar = Math.round(ms / step) * step;
  const last = bars.time.length - 1;
  if (last < 0 || bar < bars.time[0] || bar > bars.time[last]) return null;
  const edges = { from: bar - step / 2, to: bar + step / 2 };
  // Its left edge is its open.
  const inside = Math.min(Math.max(ms - edges.from, 0), step - 1);
  if (!cut) return { ...edges, click: { bar_ns: nanoseconds(bar), focus_ns: nanoseconds(bar + inside) } };
  const i = nearest(bars.time, bar);
  const [first, end] = [bars.first_ms[i], bars.last_ms[i]];
  const bar_ns = whole(first, bars.first_rest_ns[i]);
  const focus = whole(Math.floor(first + (inside / step) * (end - first)), bars.first_rest_ns[i]);
  const click = {
    bar_ns,
    focus_ns: focus,
    cut: {
      by: cut.by,
      end_ns: String(BigInt(whole(end, bars.last_rest_ns[i])) + 1n),
      skip: bars.skip[i],
      trades: bars.trades[i],
      open: cut.open && i === last,
    },
  };
  return { ...edges, click };
}

/** Where the axis counts bars, put times below as many of them as there is room for. */
export function label(layout, { bars, cut, step_ns }) {
  const axis = layout.xaxis;
  if (!cut) return;
  const step = Number(step_ns) / 1e6;
  const width = (layout.width - layout.margin.l - layout.margin.r) * (axis.domain[1] - axis.domain[0]);
  const wanted = (((axis.range[1] - axis.range[0]) / step) * LABEL_PX) / width;
  const power = 10 ** Math.max(Math.floor(Math.log10(wanted)), 0);
  const every = Math.ceil(power * EVERY.find((lead) => power * lead >= wanted));
  const named = bars.time.filter((time) => Math.round(time / step) % every === 0);
  axis.tickvals = Array.from(named);
  axis.ticktext = Array.from(named, (time) => clock(bars.first_ms[nearest(bars.time, time)]));
}
