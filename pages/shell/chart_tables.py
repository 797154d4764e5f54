"""Chart tables: what the Explorer's chart shows, with every column, to be taken away."""

from collections.abc import Sequence
from decimal import Decimal
from math import isnan
from typing import Any, Final, Protocol

from core.domain.arrays import FloatArray, IntArray, Provenance
from core.domain.marker import Marker
from core.domain.units import Ns
from data.clock import monotonic_s, sleep_s
from data.exports.table import Table
from data.runtime import Runtime
from data.views.cut_chart import CutChartSpec
from data.views.explorer import ExplorerQuery, ExplorerView
from data.views.markers import MarkersSpec, MarkersView
from data.views.query import Spec
from pages.figures.grade_text import notes, share_text
from pages.layers.marks_table import FAMILIES
from pages.shell.spec import ChartSpec

_LOTS: Final = (
    ("buy", "buy_lots"),
    ("sell", "sell_lots"),
    ("unknown", "unknown_lots"),
    ("min_delta", "min_delta_lots"),
    ("max_delta", "max_delta_lots"),
)
_MADE_OF: Final = {Provenance.TRADES: "trades", Provenance.KLINES: "klines"}
_PATIENCE_S: Final = 20.0
_PAUSE_S: Final = 0.05


class Answered(Protocol):
    """What charts of so many bars are told of a question right now."""

    def __call__(self, question: Spec, bars: int, *, from_ns: Ns) -> Any | None:
        """Return the answer; None = nothing is known yet."""
        ...


def bars_table(run: Runtime, spec: ChartSpec) -> Table:
    """Return a line per bar shown: prices in quote coins and sizes in base coins, both exact.

    Bars that end by what traded have no grade; their opens and closes are those of their trades.
    No lines while nothing has come.

    Raises:
        ValueError: such bars cannot be made of this instrument, in words.
    """
    view, explorer = _view(run, spec), spec.explorer
    if view is None:
        return {"instruments": []}
    count = view.bars.size
    several = explorer.instruments if spec.size is None else explorer.instruments[:1]
    opens = view.bars["open_ns" if spec.size is None else "first_ns"]
    return {
        "instruments": [" ".join(map(str, several))] * count,
        "bars": [str(spec.size) if spec.size is not None else explorer.timeframe] * count,
        "open_ns": opens,
        "first_trade_ns": view.bars["first_ns"],
        "last_trade_ns": view.bars["last_ns"],
        **_numbers(view),
        "made_of": [_MADE_OF[int(each)] for each in view.bars["provenance"]],
        **_graded(view),
    }


def markers_table(run: Runtime, spec: ChartSpec, answered: Answered) -> Table:
    """Return a line per marker since the first bar shown, of every family whose layer is on.

    All of a family are there, those too weak to be shown included: strength is a column. While the
    past is being read it is waited for, a while; ``past_read_frac`` says how much of it was.

    Args:
        run: whose market it is.
        spec: what the chart shows.
        answered: what charts are told, as ``pages.shell.running.answered``.
    """
    view = _view(run, spec)
    found: list[tuple[str, str, Marker]] = []
    read_frac = 1.0
    if view is not None and view.bars.size:
        first_ns = int(view.bars["open_ns" if spec.size is None else "first_ns"][0])
        for asked, rules in _questions(spec).items():
            every = _read(asked, spec.explorer.bars, first_ns, answered)
            if every is None:
                continue
            read_frac = min(read_frac, every.read_frac)
            found += [(asked.preset, name, each) for name in rules for each in every.found[name]]
    found.sort(key=lambda each: (each[2].known_ns, each[2].event_ns))
    first = spec.explorer.instruments[0]
    tape = run.engine.tape(first)
    tick = tape.instrument.tick_size if tape is not None else Decimal(0)
    marks = [each for _, _, each in found]
    return {
        "instrument": [str(first) for _ in marks],
        "bars": [spec.explorer.timeframe for _ in marks],
        "rule": [rule for _, rule, _ in found],
        "thresholds": [preset for preset, _, _ in found],
        "kind": [each.kind.value for each in marks],
        "event_ns": [each.event_ns for each in marks],
        "known_ns": [each.known_ns for each in marks],
        "side": [each.side for each in marks],
        "price": [each.price_ticks * tick for each in marks],
        "value": [each.value for each in marks],
        "threshold": [each.threshold for each in marks],
        "strength": [each.strength for each in marks],
        "reason": [each.reason for each in marks],
        "past_read_frac": [read_frac for _ in marks],
    }


def _questions(spec: ChartSpec) -> dict[MarkersSpec, list[str]]:
    """Return what the marker layers that are on ask, and which of the rules are theirs."""
    families = {each.name: each for each in FAMILIES}
    asked: dict[MarkersSpec, list[str]] = {}
    for layer in spec.layers:
        question = spec.question(layer) if layer.name in families else None
        if isinstance(question, MarkersSpec):
            asked.setdefault(question, []).extend(families[layer.name].rules.values())
    return asked


def _read(asked: MarkersSpec, bars: int, from_ns: Ns, answered: Answered) -> MarkersView | None:
    """Return what is found, once all of the past has been read; else as far as it was."""
    until_s = monotonic_s() + _PATIENCE_S
    while True:
        found: MarkersView | None = answered(asked, bars, from_ns=from_ns)
        if found is None or found.read_frac >= 1 or monotonic_s() > until_s:
            return found
        sleep_s(_PAUSE_S)


def _view(run: Runtime, spec: ChartSpec) -> ExplorerView | None:
    """Return what the chart shows now, asked anew: the publisher's own answers are its own."""
    now_ns = run.source.now_ns()
    if spec.size is None:
        return ExplorerQuery(spec.explorer).view(run.engine, now_ns=now_ns)
    query = CutChartSpec(spec.explorer, spec.size).query()
    chart = query.view(run.engine, from_ns=0, now_ns=now_ns)
    return chart.view if chart is not None else None


def _numbers(view: ExplorerView) -> dict[str, Sequence[Any]]:
    bars, grid = view.bars, view.instrument
    base, quote = grid.base, grid.quote
    total = bars["buy_lots"] + bars["sell_lots"] + bars["unknown_lots"]
    columns: dict[str, Sequence[Any]] = {
        f"{each}_{quote}": _exact(bars[f"{each}_ticks"], grid.tick_size)
        for each in ("open", "high", "low", "close")
    }
    columns[f"volume_{base}"] = _exact(total, grid.lot_size)
    for name, lots in _LOTS:
        columns[f"{name}_{base}"] = _exact(bars[lots], grid.lot_size)
    columns[f"delta_{base}"] = _exact(view.delta.delta_lots, grid.lot_size)
    for each in ("open", "high", "low", "close"):
        columns[f"cvd_{each}_{base}"] = _exact(getattr(view.cvd, f"{each}_lots"), grid.lot_size)
    tick = float(grid.tick_size)
    return columns | {
        f"vwap_{quote}": (view.vwap.vwap_ticks * tick).tolist(),
        f"vwap_sigma_{quote}": (view.vwap.sigma_ticks * tick).tolist(),
        "trades": bars["trades"].tolist(),
    }


def _graded(view: ExplorerView) -> dict[str, Sequence[Any]]:
    if view.grades is None:
        return {}
    said = notes(view.grades, view.instrument)
    return {
        "grade": [share_text(each) for each in view.grades.grade],
        "grade_reason": [said.texts[int(each)] for each in said.of_bar],
        "book_grade": [share_text(each) for each in view.grades.book_grade],
    }


def _exact(units: IntArray | FloatArray, step: Decimal) -> list[Decimal | None]:
    """Return ``units * step``; None for a NaN. Floats are whole: they only make room for it."""
    return [None if isnan(each) else int(each) * step for each in units.tolist()]
