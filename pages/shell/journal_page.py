"""Journal page: entries as one HTML file that opens without a network, and holds itself as JSON."""

from html import escape
from pathlib import Path
from typing import Final

import plotly

from core.domain.units import Ns
from data.journal.entry import Entry
from data.journal.packed import BEGINS, ENDS, Packed, packed_json
from pages.figures import palette
from pages.shell.journal_words import number_lines, title_of
from pages.shell.words import utc_text

_LIBRARY: Final = Path(plotly.__file__).resolve().parent / "package_data" / "plotly.min.js"
_STYLE: Final = f"""
body {{ margin: 0 auto; max-width: 1100px; padding: 16px; background: {palette.BACKGROUND};
  color: {palette.TEXT}; font: 14px/1.45 system-ui, sans-serif;
  font-variant-numeric: tabular-nums; }}
article {{ border: 1px solid #334155; border-radius: 6px; padding: 12px 16px; margin: 16px 0; }}
h1 {{ font-size: 20px; }} h2 {{ font-size: 15px; margin: 0 0 8px; }}
.parts {{ display: grid; grid-template-columns: minmax(0, 3fr) minmax(240px, 2fr); gap: 16px; }}
.note {{ white-space: pre-wrap; overflow-wrap: anywhere; }}
.quiet {{ color: {palette.AXIS_TEXT}; font-size: 12px; }}
.source {{ font-weight: 700; margin-right: 8px; }}
td {{ padding: 1px 12px 1px 0; }} td + td {{ text-align: right; }}
"""
_DRAW: Final = """
const kept = JSON.parse(document.getElementById("tapescope-journal").textContent);
for (const [id, { data, layout }] of Object.entries(kept.figures)) {
  const place = document.getElementById(`figure-${id}`);
  if (place) Plotly.newPlot(place, data, { ...layout, width: place.clientWidth },
    { displayModeBar: false, staticPlot: true });
}
"""


def journal_page(packed: Packed, *, made_ns: Ns) -> bytes:
    """Return the page: every entry with its figure, its numbers and its note as text.

    Nothing in it is loaded from elsewhere; ``data.journal.packed.unpacked`` reads it again.

    Args:
        packed: entries, the newest first, and their figures.
        made_ns: our own clock.
    """
    entries = "\n".join(
        _article(each, has_figure=each.id in packed.figures) for each in packed.entries
    )
    library = _LIBRARY.read_text(encoding="utf-8")
    data = packed_json(packed.entries, packed.figures).decode()
    count = len(packed.entries)
    page = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Tapescope journal</title>
<style>{_STYLE}</style></head><body>
<h1>Tapescope journal</h1>
<p class="quiet">{count} entr{"y" if count == 1 else "ies"}, written {utc_text(made_ns)}.</p>
{entries}
{BEGINS}{data}{ENDS}
<script>{library}</script>
<script>{_DRAW}</script>
</body></html>
"""
    return page.encode()


def _article(entry: Entry, *, has_figure: bool) -> str:
    numbers = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(text)}</td></tr>"
        for name, text in number_lines(entry.numbers)
    )
    tags = f'<p class="quiet">Tags: {escape(", ".join(entry.tags))}</p>' if entry.tags else ""
    figure = (
        f'<div id="figure-{escape(entry.id)}"></div>'
        if has_figure
        else '<p class="quiet">The figure of this entry could not be read.</p>'
    )
    return f"""<article>
<h2><span class="source">{escape(entry.source.upper())}</span>{escape(title_of(entry))}</h2>
<div class="parts"><div>{figure}</div>
<div><p class="note">{escape(entry.note) or "No note."}</p>{tags}<table>{numbers}</table>
<p class="quiet">Kept {utc_text(entry.made_ns)}.</p></div></div>
</article>"""
