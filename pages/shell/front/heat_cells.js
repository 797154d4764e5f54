// The cells of a heat map: codes of pages/figures/depth_map.py as pixels, one a cell.

import { ink, look } from "./theme.js";

const UNKNOWN = 65535;
const CODES = 65536;
const RAMP = [
  ["bg", 0],
  ["heat-low", 0.4],
  ["heat-middle", 0.6],
  ["heat-high", 0.85],
  ["heat-top", 1],
];
const FIRST_SHADE = 0.12; // what rests at all is seen

const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
const pixel = ([red, green, blue]) => (255 << 24) | (blue << 16) | (green << 8) | red;

/** Return the colour of a share from 0 to 1, as channels. */
function shade(share, stops) {
  let i = 1;
  while (i < stops.length - 1 && share > stops[i].at) i += 1;
  const [low, high] = [stops[i - 1], stops[i]];
  const part = Math.min(Math.max((share - low.at) / (high.at - low.at), 0), 1);
  return low.colour.map((from, c) => Math.round(from + part * (high.colour[c] - from)));
}

const stops = () => RAMP.map(([name, at]) => ({ at, colour: channels(ink(name)) }));

/** Return a CSS gradient from the darkest to the brightest. */
export function gradient() {
  const steps = [FIRST_SHADE, 0.25, 0.5, 0.75, 1].map((at) => `rgb(${shade(at, stops()).join(",")})`);
  return `linear-gradient(90deg, ${steps.join(", ")})`;
}

export class HeatCells {
  constructor() {
    this.image = document.createElement("canvas");
    this.colours = new Uint32Array(CODES);
    this.key = "";
  }

  /** Take a message; its cells become pixels. */
  take({ columns, rows, codes, contrast }) {
    this.codes = new Uint16Array(codes.buffer, codes.byteOffset, columns * rows);
    this.size = { columns, rows };
    this.colour(contrast);
    if (this.image.width !== columns || this.image.height !== rows) {
      Object.assign(this.image, { width: columns, height: rows });
      this.pen = this.image.getContext("2d");
      this.data = this.pen.createImageData(columns, rows);
      this.pixels = new Uint32Array(this.data.data.buffer);
    }
    const { pixels, colours, codes: cells } = this;
    for (let column = 0, cell = 0; column < columns; column++) {
      for (let at = (rows - 1) * columns + column; at >= 0; at -= columns) pixels[at] = colours[cells[cell++]];
    }
    this.pen.putImageData(this.data, 0, 0);
  }

  /** Make the colour of each code; what is not known stays clear, so that what lies below shows. */
  colour([low, high]) {
    const key = [low, high, look.theme, look.palette, ink("bg")].join();
    if (key === this.key) return;
    this.key = key;
    const ramp = stops();
    this.colours.fill(pixel(shade(1, ramp)));
    this.colours[0] = pixel(ramp[0].colour);
    this.colours[UNKNOWN] = 0;
    if (low === null) return;
    const dark = pixel(shade(FIRST_SHADE, ramp));
    for (let code = 1; code < low; code++) this.colours[code] = dark;
    const span = Math.max(high - low, 1);
    for (let code = low; code <= high; code++) {
      this.colours[code] = pixel(shade(FIRST_SHADE + ((1 - FIRST_SHADE) * (code - low)) / span, ramp));
    }
  }

  /** Return the code at a place, null outside. */
  at(column, row) {
    const { columns, rows } = this.size;
    if (column < 0 || row < 0 || column >= columns || row >= rows) return null;
    return this.codes[column * rows + row];
  }
}

/** Return the base coins that a code means; NaN = not known. */
export function sizeOf(code, { per_octave: perOctave, lot }) {
  if (code === null || code === UNKNOWN) return NaN;
  return code ? 2 ** ((code - 1) / perOctave) * lot : 0;
}
