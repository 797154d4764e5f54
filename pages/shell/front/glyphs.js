// The shapes of markers. Each is drawn pointing up around (0, 0); `r` is its half width.

const TURN = 2 * Math.PI;

const path = (points, closed = true) => (pen, r) => {
  pen.beginPath();
  points.forEach(([x, y], i) => (i ? pen.lineTo(x * r, y * r) : pen.moveTo(x * r, y * r)));
  if (closed) pen.closePath();
};

const slab = (...ys) => (pen, r) => {
  pen.beginPath();
  for (const [y, height] of ys) pen.rect(-r, y * r, 2 * r, height * r);
};

const star = Array.from({ length: 10 }, (_, i) => {
  const far = i % 2 ? 0.45 : 1.1;
  return [far * Math.sin((i * TURN) / 10), -far * Math.cos((i * TURN) / 10)];
});

const TRIANGLE = path([[0, -0.9], [0.95, 0.75], [-0.95, 0.75]]);
const DIAMOND = path([[0, -1.1], [0.85, 0], [0, 1.1], [-0.85, 0]]);

function lines(...strokes) {
  return (pen, r) => {
    pen.beginPath();
    for (const [x, y, ...rest] of strokes) {
      pen.moveTo(x * r, y * r);
      for (let i = 0; i < rest.length; i += 2) pen.lineTo(rest[i] * r, rest[i + 1] * r);
    }
  };
}

/** By name: what traces it, and whether it is filled or only a line of that width. */
const SHAPES = {
  bar: { trace: slab([-0.4, 0.8]) },
  "open-bar": { trace: slab([-0.4, 0.8]), line: 1.3 },
  diamond: { trace: DIAMOND },
  "open-diamond": { trace: DIAMOND, line: 1.3 },
  hourglass: { trace: path([[-0.8, -1], [0.8, -1], [-0.8, 1], [0.8, 1]]) },
  triangle: { trace: TRIANGLE },
  "open-triangle": { trace: TRIANGLE, line: 1.3 },
  chevron: { trace: lines([-0.9, 0.45, 0, -0.5, 0.9, 0.45]), line: 2 },
  chevrons: { trace: lines([-0.9, 0, 0, -0.9, 0.9, 0], [-0.9, 0.9, 0, 0, 0.9, 0.9]), line: 1.8 },
  cross: { trace: lines([-0.8, -0.8, 0.8, 0.8], [-0.8, 0.8, 0.8, -0.8]), line: 2.2 },
  stack: { trace: slab([-1, 0.5], [-0.25, 0.5], [0.5, 0.5]) },
  wedge: { trace: lines([0.9, -0.8, -0.9, 0.2, 0.9, 0.8]), line: 1.8 },
  square: { trace: path([[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]]) },
  star: { trace: path(star) },
  ring: {
    trace: (pen, r) => {
      pen.beginPath();
      pen.arc(0, 0, r, 0, TURN);
    },
    line: 1.4,
  },
};

/** Draw a shape around (x, y), upside down where `side` is below zero. */
export function glyph(pen, { shape, x, y, r, side, color, alpha, edge }) {
  const { trace, line } = SHAPES[shape] || SHAPES.square;
  pen.save();
  pen.translate(x, y);
  if (side < 0) pen.scale(1, -1);
  trace(pen, r);
  pen.lineJoin = "round";
  // A dark edge keeps it apart from lines and cells behind it.
  pen.strokeStyle = edge;
  pen.lineWidth = (line || 0) + 2;
  pen.stroke();
  pen.globalAlpha = alpha;
  if (line) {
    pen.strokeStyle = color;
    pen.lineWidth = line;
    pen.stroke();
  } else {
    pen.fillStyle = color;
    pen.fill();
  }
  pen.restore();
}
