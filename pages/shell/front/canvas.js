// A canvas of our own over the plot or under it, sharp on every screen, that only the price pane
// shows.

export class Sheet {
  /** `before` is the sibling that lies over it; null = it lies over all there is. */
  constructor(root, before = null) {
    this.canvas = document.createElement("canvas");
    this.canvas.className = "ts-canvas";
    root.insertBefore(this.canvas, before);
  }

  clear() {
    this.canvas.width = this.canvas.height = 0;
  }

  /** Return a pen on the empty sheet, in pixels from the plot's corner; `done` must follow. */
  pen({ xaxis, yaxis, width, height }) {
    const scale = window.devicePixelRatio || 1;
    const size = [Math.round(width * scale), Math.round(height * scale)];
    if (this.canvas.width !== size[0] || this.canvas.height !== size[1]) {
      [this.canvas.width, this.canvas.height] = size;
    }
    const pen = this.canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.save();
    pen.beginPath();
    pen.rect(xaxis._offset, yaxis._offset, xaxis._length, yaxis._length);
    pen.clip();
    return pen;
  }
}

/** Return {width, height, x, y} of the price pane by a layout that Plotly has not drawn yet. */
export function pane({ width, height, margin, xaxis, yaxis }) {
  const [left, right] = xaxis.domain || [0, 1];
  const [bottom, top] = yaxis.domain || [0, 1];
  return {
    width: (width - margin.l - margin.r) * (right - left),
    height: (height - margin.t - margin.b) * (top - bottom),
    x: xaxis.range,
    y: yaxis.range,
  };
}

const FAR = 1000;

/** Return how many pixels `step` takes on an axis; Plotly rounds each place to a hundredth. */
export function pixelsPer(axis, step, from) {
  return (axis.l2p(from + FAR * step) - axis.l2p(from)) / FAR;
}
