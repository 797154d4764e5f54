// The decoder of pages/shell/codec.py, where the layout of a frame is written down.

import { painted } from "./paint.js";

const MAGIC = 0x31465354; // "TSF1", little-endian

function column(description, buffer, start) {
  const at = start + description.at;
  const n = description.n;
  if (description.type === "f64") return new Float64Array(buffer, at, n);
  if (description.type === "u8") return new Uint8Array(buffer, at, n);
  const out = new Float64Array(n);
  if (description.type === "f32") {
    const small = new Float32Array(buffer, at, n);
    for (let i = 0; i < n; i++) out[i] = description.base + small[i];
  } else if (description.type === "i32" || description.type === "u16") {
    const small = description.type === "i32" ? new Int32Array(buffer, at, n) : new Uint16Array(buffer, at, n);
    for (let i = 0; i < n; i++) out[i] = description.base + description.scale * small[i];
  } else if (description.type === "q16") {
    const small = new Uint16Array(buffer, at, n);
    for (let i = 0; i < n; i++) out[i] = small[i] === 65535 ? NaN : description.base + description.scale * small[i];
  } else {
    throw new Error(`no column type ${description.type}`);
  }
  return out;
}

function matrix(flat, rows) {
  const width = rows ? flat.length / rows : 0;
  return Array.from({ length: rows }, (_, row) => flat.subarray(row * width, (row + 1) * width));
}

function filled(value, columns) {
  if (typeof value === "string") return painted(value);
  if (Array.isArray(value)) return value.map((item) => filled(item, columns));
  if (value === null || typeof value !== "object") return value;
  if (typeof value.$ === "number") return columns[value.$];
  const out = {};
  for (const name of Object.keys(value)) {
    // Boards are text, and coloured by the style sheets.
    out[name] = name === "nodes" ? value[name] : filled(value[name], columns);
  }
  return out;
}

/** Return the message in a frame (an ArrayBuffer); throw when it is none. */
export function decode(buffer) {
  const head = new DataView(buffer);
  if (buffer.byteLength < 8 || head.getUint32(0, true) !== MAGIC) throw new Error("not a frame");
  const length = head.getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const columns = header.columns.map((description) => {
    const flat = column(description, buffer, 8 + length);
    return description.rows === undefined ? flat : matrix(flat, description.rows);
  });
  return filled(header.message, columns);
}
