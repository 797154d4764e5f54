// Printed: elements of the page drawn on a canvas where they stand: boxes, borders, text, figures
// of Plotly, canvases and small drawings. What only the mouse shows is left out.

const LEFT_OUT = ".ts-crosshair, .ts-tip, .ts-chip, .ts-camera, script, style";
const SIDES = ["Top", "Right", "Bottom", "Left"];

/** Draw all that `root` shows; (0, 0) is its upper left corner. */
export async function printed(pen, root, scale) {
  const from = root.getBoundingClientRect();
  await draw({ pen, scale, x: from.left, y: from.top }, root);
}

async function draw(to, element) {
  if (element.matches(LEFT_OUT)) return;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  if (style.display === "none" || style.visibility === "hidden" || Number(style.opacity) === 0) return;
  const { pen } = to;
  pen.save();
  pen.globalAlpha *= Number(style.opacity);
  boxed(to, box, style);
  if (style.overflow === "hidden") clip(to, box);
  if (element.classList.contains("js-plotly-plot")) await figure(to, element, box);
  else if (element.tagName === "CANVAS") painting(to, element, box);
  else if (element.tagName === "svg") await drawing(to, element, box, style);
  else await inside(to, element, style);
  pen.restore();
}

async function inside(to, element, style) {
  before(to, element);
  for (const child of element.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) written(to, child, style);
    else if (child.nodeType === Node.ELEMENT_NODE) await draw(to, child);
  }
}

function outline({ pen, x, y }, { left, top, width, height }, style) {
  const radius = Math.min(parseFloat(style.borderTopLeftRadius) || 0, width / 2, height / 2);
  pen.beginPath();
  pen.roundRect(left - x, top - y, width, height, radius);
}

function boxed(to, box, style) {
  const { pen } = to;
  if (!box.width) return;
  if (style.backgroundColor !== "rgba(0, 0, 0, 0)") {
    outline(to, box, style);
    pen.fillStyle = style.backgroundColor;
    pen.fill();
  }
  const widths = SIDES.map((side) => (style[`border${side}Style`] === "none" ? 0 : parseFloat(style[`border${side}Width`])));
  const isFrame = widths[0] && widths.every((width) => width === widths[0]);
  if (isFrame) {
    outline(to, box, style);
    stroke(pen, style.borderTopColor, widths[0], style.borderTopStyle);
    return;
  }
  SIDES.forEach((side, i) => widths[i] && edge(to, box, i, widths[i], style[`border${side}Color`], style[`border${side}Style`]));
}

/** Draw one border, as level lines and tables have. */
function edge({ pen, x, y }, box, side, width, colour, kind) {
  const [left, top, right, bottom] = [box.left - x, box.top - y, box.right - x, box.bottom - y];
  const half = width / 2;
  const ends = [
    [left, top + half, right, top + half],
    [right - half, top, right - half, bottom],
    [left, bottom - half, right, bottom - half],
    [left + half, top, left + half, bottom],
  ][side];
  pen.beginPath();
  pen.moveTo(ends[0], ends[1]);
  pen.lineTo(ends[2], ends[3]);
  stroke(pen, colour, width, kind);
}

function stroke(pen, colour, width, kind) {
  pen.setLineDash(kind === "dashed" ? [3 * width + 1, 2 * width + 1] : kind === "dotted" ? [width, 2 * width] : []);
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke();
  pen.setLineDash([]);
}

function clip({ pen, x, y }, { left, top, width, height }) {
  pen.beginPath();
  pen.rect(left - x, top - y, width, height);
  pen.clip();
}

/** Write a text as the page has broken it into lines. */
function written({ pen, x, y }, node, style) {
  const text = node.textContent;
  if (!text.trim()) return;
  pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  pen.letterSpacing = style.letterSpacing === "normal" ? "0px" : style.letterSpacing;
  pen.fillStyle = style.color;
  pen.textBaseline = "alphabetic";
  const shown = (part) => (style.textTransform === "uppercase" ? part.toUpperCase() : part);
  for (const { part, box } of lines(node, text)) {
    const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = pen.measureText(part);
    const base = box.top + (box.height + up - down) / 2;
    pen.fillText(shown(part.trimEnd()), box.left - x, base - y);
  }
  pen.letterSpacing = "0px";
}

/** Write what the style sheet puts before an element: the short label of a figure. */
function before({ pen, x, y }, element) {
  const style = getComputedStyle(element, "::before");
  const label = element.dataset.label;
  if (!label || style.content !== `"${label}"`) return;
  const { left, top, height } = element.getBoundingClientRect();
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  pen.fillStyle = style.color;
  pen.textBaseline = "middle";
  pen.fillText(label, left - x, top - y + height / 2);
}

function lines(node, text) {
  const range = document.createRange();
  range.selectNodeContents(node);
  const boxes = range.getClientRects();
  if (boxes.length <= 1) return boxes.length ? [{ part: text.trim(), box: boxes[0] }] : [];
  const found = [];
  for (let i = 0; i < text.length; i++) {
    range.setStart(node, i);
    range.setEnd(node, i + 1);
    const box = range.getClientRects()[0];
    if (!box) continue;
    const last = found.at(-1);
    if (last && Math.abs(last.box.top - box.top) < 2) last.part += text[i];
    else found.push({ part: text[i], box });
  }
  return found;
}

async function figure({ pen, scale, x, y }, element, { left, top, width, height }) {
  if (!element._fullLayout) return;
  const url = await window.Plotly.toImage(element, { format: "png", width, height, scale });
  pen.drawImage(await loaded(url), left - x, top - y, width, height);
}

function painting({ pen, x, y }, canvas, { left, top, width, height }) {
  if (canvas.width && canvas.height && width && height) pen.drawImage(canvas, left - x, top - y, width, height);
}

async function drawing({ pen, x, y }, svg, { left, top, width, height }, style) {
  if (!width || !height) return;
  const copy = svg.cloneNode(true);
  const parts = [svg, ...svg.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((each, i) => {
    const { fill, stroke: line, strokeWidth, vectorEffect } = getComputedStyle(parts[i]);
    each.setAttribute("style", `fill:${fill};stroke:${line};stroke-width:${strokeWidth};vector-effect:${vectorEffect}`);
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  copy.style.color = style.color;
  const text = new XMLSerializer().serializeToString(copy);
  pen.drawImage(await loaded(`data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`), left - x, top - y, width, height);
}

function loaded(url) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error("a part of it could not be drawn"));
    image.src = url;
  });
}
