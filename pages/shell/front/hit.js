// Where the mouse is on a chart: our own hit test, since Plotly's loses clicks while it redraws.

/** Return where a pointer event lies on the plot area of a Plotly element; null before it is drawn. */
export function hit(div, event) {
  const layout = div._fullLayout;
  if (!layout || !layout.xaxis) return null;
  const box = div.getBoundingClientRect();
  const { xaxis, yaxis } = layout;
  const x = (event.clientX - box.left - xaxis._offset) / xaxis._length;
  const top = yaxis._offset;
  const bottom = box.height - layout.margin.b;
  const y = event.clientY - box.top;
  const [from, to] = xaxis.range.map((end) => xaxis.r2l(end));
  return {
    x,
    yPrice: 1 - (y - top) / yaxis._length,
    ms: from + x * (to - from),
    bottom,
    onPlot: x >= 0 && x <= 1 && y >= top && y <= bottom,
    onPriceAxis: x > 1 && y >= top && y <= top + yaxis._length,
  };
}
