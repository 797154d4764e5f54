// The line above the chart: what is shown, the bar under the mouse, and how fresh it all is.

import { element } from "./panel.js";
import { briefly } from "./slots.js";

export const fixed = (value, decimals) =>
  Number.isFinite(value)
    ? value
        .toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
        .replace("-", "−")
    : "–";

export function short(value, signed = false) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const [power, suffix] = size >= 1e9 ? [1e9, "B"] : size >= 1e6 ? [1e6, "M"] : size >= 1e4 ? [1e3, "K"] : [1, ""];
  const scaled = size / power;
  const text = scaled.toFixed(scaled >= 100 ? 1 : scaled >= 1 ? 2 : 3);
  return `${value < 0 ? "−" : signed && value > 0 ? "+" : ""}${text}${suffix}`;
}

const side = (value) => (value > 0 ? "ts-buy" : value < 0 ? "ts-sell" : "");

export class Readout {
  constructor(root) {
    this.line = element(root, "ts-readout");
    this.name = element(this.line, "ts-name");
    this.proof = element(this.line, "ts-proof");
    this.right = element(this.line, "ts-right");
    this.values = element(root, "ts-values");
    this.cells = new Map();
    this.words = element(this.right, "ts-words");
    this.refused = element(this.right, "ts-refused");
    this.lag = element(this.right, "ts-lag");
    this.dot = element(this.right, "ts-dot");
    this.at = null;
  }

  clear() {
    this.message = null;
    this.cells.clear();
    this.values.replaceChildren();
    this.proof.textContent = "";
  }

  show(message) {
    this.message = message;
    this.name.textContent = message.title;
    this.refused.textContent = `refused frames ${message.refused}`;
    this.refused.classList.toggle("ts-warn", message.refused > 0);
    this.write();
  }

  /** Read the bar of that index; null = the newest one. */
  point(index) {
    this.at = index;
    this.write();
  }

  write() {
    if (!this.message || !this.message.bars.time.length) return;
    const { bars, decimals, unit } = this.message;
    const newest = bars.time.length - 1;
    const i = this.at === null ? newest : Math.min(this.at, newest);
    const up = bars.close[i] >= bars.open[i] ? "ts-buy" : "ts-sell";
    this.cell("time", "", briefly(bars, i), "");
    for (const [label, key] of [["O", "open"], ["H", "high"], ["L", "low"], ["C", "close"]]) {
      this.cell(key, label, fixed(bars[key][i], decimals), up);
    }
    this.cell("volume", "V", `${short(bars.volume[i])} ${unit}`, "");
    this.cell("delta", "Δ", short(bars.delta[i], true), side(bars.delta[i]));
    this.cell("cvd", "CVD", short(bars.cvd[i], true), side(bars.cvd[i]));
    this.cell("vwap", "VWAP", fixed(bars.vwap[i], decimals), "ts-vwap");
    const said = bars.grades ? bars.grades[bars.grade[i]] : "";
    this.proof.textContent = said;
    this.proof.title = said;
    this.proof.classList.toggle("ts-warn", /^\d/.test(said) && !said.startsWith("100 %"));
  }

  cell(key, label, text, tone) {
    let cell = this.cells.get(key);
    if (!cell) {
      const box = element(this.values, "ts-cell");
      box.dataset.label = label; // shown by the style: the sidebar has the same words to click
      cell = element(box, "");
      this.cells.set(key, cell);
    }
    if (cell.textContent !== text) cell.textContent = text;
    const wanted = `ts-value ${tone}`;
    if (cell.className !== wanted) cell.className = wanted;
  }

  latency(ms) {
    this.lag.textContent = `${Math.round(ms)} ms`;
  }

  /** `market` is "off" where a venue refused or halted: as dead as a lost connection. */
  freshness(state, age, words, market) {
    this.words.textContent = words;
    this.words.title = words;
    const tone = state !== "open" || market === "off" ? "ts-off" : words ? "ts-late" : age === null ? "ts-wait" : "ts-on";
    this.dot.className = `ts-dot ${tone}`;
    this.dot.title = words || (age === null ? "Connecting" : `Connected; newest data ${Math.round(age)} ms old`);
  }
}
