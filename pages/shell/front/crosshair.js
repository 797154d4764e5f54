// Lines through all panes at the mouse, with the price and the time on their axes.
//
// Our own, since Plotly drops its hover at every drawing, ten times a second, and takes longer to
// bring it back than to draw the chart.

import { element } from "./panel.js";

export class Crosshair {
  constructor(root) {
    this.layer = element(root, "ts-crosshair");
    this.upright = element(this.layer, "ts-upright");
    this.level = element(this.layer, "ts-level");
    this.price = element(this.layer, "ts-axis-label");
    this.time = element(this.layer, "ts-axis-label");
    this.hide();
  }

  hide() {
    this.layer.style.visibility = "hidden";
  }

  /**
   * Show it in pixels from the plot's own corner: `x` of the bar, `y` of the mouse, the plot's
   * {left, right, top, bottom, priceBottom}, and the words for both axes.
   */
  show(x, y, box, words) {
    this.layer.style.visibility = "visible";
    this.upright.style.transform = `translate(${Math.round(x)}px, ${box.top}px)`;
    this.upright.style.height = `${box.bottom - box.top}px`;
    const onPrice = y <= box.priceBottom;
    for (const part of [this.level, this.price]) part.style.display = onPrice ? "block" : "none";
    this.level.style.transform = `translate(${box.left}px, ${Math.round(y)}px)`;
    this.level.style.width = `${box.end - box.left}px`;
    this.price.textContent = words.price;
    this.price.style.transform = `translate(${box.end}px, ${Math.round(y)}px) translateY(-50%)`;
    this.time.textContent = words.time;
    const held = Math.min(Math.max(x, box.left + 60), box.right - 60);
    this.time.style.transform = `translate(${Math.round(held)}px, ${box.bottom + 3}px) translateX(-50%)`;
  }
}
