// Where the HUD is: so far from the nearest two edges of the window, whatever size that has.

const FIRST = { from: "right", x: 16, at: "bottom", y: 16 };

const within = (value, most) => Math.max(0, Math.min(value, most));

/** Return a place that was kept; the first one where it is none. */
export function place(kept) {
  const right = kept && ["left", "right"].includes(kept.from) && ["top", "bottom"].includes(kept.at);
  return right && Number.isFinite(kept.x) && Number.isFinite(kept.y) ? kept : FIRST;
}

/** Return the place of a box whose corner is there, by the edges of the window that are nearer. */
export function corner(left, top, { width, height }, { innerWidth, innerHeight }) {
  const x = within(left, innerWidth - width);
  const y = within(top, innerHeight - height);
  const isRight = x + width / 2 > innerWidth / 2;
  const isLow = y + height / 2 > innerHeight / 2;
  return {
    from: isRight ? "right" : "left",
    x: isRight ? innerWidth - width - x : x,
    at: isLow ? "bottom" : "top",
    y: isLow ? innerHeight - height - y : y,
  };
}

/** Return the corner of a box at a place, wholly inside the window. */
export function shift({ from, x, at, y }, { width, height }, { innerWidth, innerHeight }) {
  const left = from === "right" ? innerWidth - width - x : x;
  const top = at === "bottom" ? innerHeight - height - y : y;
  return { left: within(left, innerWidth - width), top: within(top, innerHeight - height) };
}
