// Where markers stand: in columns below and above their candles, never on a candle, never on one
// another. Candles too narrow for a glyph share a column with their neighbours.

const COLUMN_PX = 17;
const FIRST_PX = 9;
export const PITCH_PX = 13;
const MOST = 4;

/** Return how many bars of `slot` pixels share one column. */
const shared = (slot) => Math.max(1, Math.ceil(COLUMN_PX / Math.max(slot, 0.01)));

/** Order: what was known first stands next to the candle. */
const byKnown = (a, b) => a.known - b.known || a.kind.localeCompare(b.kind);

/** Return the marks to show nearest first and those behind the "+n"; the strongest are shown. */
function told(marks) {
  if (marks.length <= MOST) return [marks.sort(byKnown), []];
  const ranked = marks.slice().sort((a, b) => b.strength - a.strength || byKnown(a, b));
  return [ranked.slice(0, MOST - 1).sort(byKnown), ranked.slice(MOST - 1).sort(byKnown)];
}

/**
 * Return the columns of `marks` ({x, y, side, known, kind, strength}, x a bar's open in ms).
 *
 * `bars` is {time, low, high}, `step` a bar in ms, `slot` its width in pixels, `spans` prices that
 * are covered beyond low and high, by a bar's time. A column is {x, side, edge, shown, more}:
 * `edge` is the price of the candles' end that it begins at.
 */
export function columns(marks, bars, { step, slot, spans }) {
  const count = shared(slot);
  const origin = bars.time.length ? bars.time[0] % step : 0;
  const bin = (ms) => Math.floor(Math.round((ms - origin) / step) / count);
  const found = new Map();
  for (const mark of marks) {
    const at = bin(mark.x);
    const key = `${at}|${mark.side}`;
    if (!found.has(key)) found.set(key, { at, side: mark.side, marks: [], edge: mark.y });
    found.get(key).marks.push(mark);
  }
  if (!found.size) return [];
  const ends = new Map();
  for (let i = 0; i < bars.time.length; i++) {
    const at = bin(bars.time[i]);
    const [low, high] = spans.get(bars.time[i]) || [bars.low[i], bars.high[i]];
    const end = ends.get(at);
    if (!end) ends.set(at, [low, high]);
    else if (low < end[0] || high > end[1]) ends.set(at, [Math.min(low, end[0]), Math.max(high, end[1])]);
  }
  return [...found.values()].map(({ at, side, marks: listed, edge }) => {
    const end = ends.get(at);
    const [shown, more] = told(listed);
    return {
      x: origin + (at * count + (count - 1) / 2) * step,
      side,
      edge: end ? end[side > 0 ? 0 : 1] : edge,
      shown,
      more,
    };
  });
}

/** Return how far from the candle's end the glyph at place `i` of a column stands, in pixels. */
export const distance = (i) => FIRST_PX + i * PITCH_PX;

/** Return the price range in which every column of the time seen has room, from `range` on. */
export function roomy(found, range, { from, to, height }) {
  let [low, high] = range;
  // What is made wider makes every pixel worth more; a few rounds are enough.
  for (let round = 0; round < 4; round++) {
    const pixel = (high - low) / height;
    for (const { x, side, edge, shown, more } of found) {
      if (x < from || x > to || edge < range[0] || edge > range[1]) continue;
      const reach = (distance(shown.length + (more.length ? 1 : 0)) - 2) * pixel;
      if (side > 0) low = Math.min(low, edge - reach);
      else high = Math.max(high, edge + reach);
    }
  }
  return [low, high];
}
