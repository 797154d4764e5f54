// A Plotly figure that is drawn as whole snapshots: the newest only, never under a held mouse.

let loading = null;

/** Load plotly.min.js from our own server, once per page. */
export function plotly() {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  loading ||= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "/assets/plotly/plotly.min.js";
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      loading = null;
      reject(new Error("plotly.min.js could not be loaded"));
    };
    document.head.appendChild(script);
  });
  return loading;
}

// Begin at once: it takes longer than the first frame does. A failure shows at the first drawing.
plotly().catch(() => null);

const CONFIG = {
  displayModeBar: false,
  displaylogo: false,
  doubleClick: false,
  responsive: false,
  scrollZoom: false,
  showTips: false,
};

/** Copy a layout as deep as we change it: its axes, not their ticks. */
export function copied(layout) {
  const copy = { ...layout };
  for (const name of Object.keys(copy)) {
    if (/^[xy]axis/.test(name)) copy[name] = { ...copy[name] };
  }
  return copy;
}

/** Resolve after the next paint; at once in a hidden page, which paints nothing. */
export function painted() {
  if (document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => resolve();
      channel.port2.postMessage(0);
    });
  });
}

export class Plot {
  /** compose(message) -> {data, layout}; drawn(message, gd) runs after each drawing. */
  constructor(div, compose, drawn) {
    this.div = div;
    this.compose = compose;
    this.drawn = drawn;
    this.pending = null;
    this.busy = false;
    this.held = false;
    this.release = () => {
      if (!this.held) return;
      this.held = false;
      // Plotly ends its drag in the same event; draw after it has.
      setTimeout(() => this.pump(), 0);
    };
    this.hold = (event) => {
      if (event.button === 0) this.held = true;
    };
    this.wakened = () => this.pump();
    div.addEventListener("pointerdown", this.hold, true);
    for (const name of ["pointerup", "pointercancel", "blur"]) {
      window.addEventListener(name, this.release, true);
    }
    document.addEventListener("visibilitychange", this.wakened);
  }

  draw(message) {
    this.pending = message;
    this.pump();
  }

  async pump() {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.pending && !this.held && !document.hidden) {
        const message = this.pending;
        this.pending = null;
        const library = await plotly();
        if (this.held) {
          this.pending ||= message;
          break;
        }
        const figure = this.compose(message);
        if (!figure) continue;
        await library.react(this.div, figure.data, figure.layout, CONFIG);
        await this.drawn(message, this.div);
      }
    } catch (error) {
      console.error("a figure could not be drawn", error);
    } finally {
      this.busy = false;
    }
  }

  /** Let go of everything; only for a figure that has left the page. */
  dispose() {
    for (const name of ["pointerup", "pointercancel", "blur"]) {
      window.removeEventListener(name, this.release, true);
    }
    document.removeEventListener("visibilitychange", this.wakened);
    if (window.Plotly) window.Plotly.purge(this.div);
  }
}
