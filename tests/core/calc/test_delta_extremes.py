from hypothesis import given

from core.calc.delta_extremes import DeltaExtremes, DeltaRows, delta_extremes, delta_rows
from core.calc.footprint import footprint
from core.domain.arrays import empty_trades
from tests.support.tapes import tapes
from tests.support.trades import trades
from tests.support.vectors import trades_of, vector

M = 60_000_000_000


def test_the_extremes_are_those_of_the_vector():
    rows = trades_of("delta-cvd")
    for index, expected in enumerate(vector("delta-cvd")["expected"]["bars"]):
        found = delta_extremes(rows[rows["ts_event_ns"] // M == index])
        assert found.delta == expected["delta"]
        assert (found.min_delta, found.max_delta) == (expected["min_delta"], expected["max_delta"])


def test_what_other_platforms_show_leaves_the_zero_out():
    found = delta_extremes(trades((0, 10, 3, -1), (1, 11, 4, -1), (2, 11, 5, 1), (3, 10, 1, -1)))
    assert found == DeltaExtremes(-3, 0, -7, -2, -7, -1, 0)


@given(tapes(min_size=1))
def test_the_extremes_are_what_going_trade_by_trade_gives(rows):
    found = delta_extremes(rows)
    path, since_high, since_low = [], 0, 0
    prices = rows["price_ticks"].tolist()
    for price, lots, side in rows[["price_ticks", "size_lots", "aggressor"]].tolist():
        if side:
            path.append((path[-1] if path else 0) + side * lots)
        since_high = 0 if price == max(prices) else since_high + side * lots
        since_low = 0 if price == min(prices) else since_low + side * lots
    if not path:
        assert found is None
        return
    assert (found.min_delta, found.max_delta) == (min(0, *path), max(0, *path))
    assert (found.min_after_first, found.max_after_first) == (min(path), max(path))
    assert (found.since_high, found.since_low) == (since_high, since_low)


def test_a_bar_of_unknown_sides_has_no_delta():
    assert delta_extremes(trades((0, 10, 3, 0))) is None
    assert delta_extremes(empty_trades()) is None


def rows_of(*cells):
    return delta_rows(
        footprint(trades(*((0, *cell) for cell in cells)), open_ns=0, ticks_per_row=1)
    )


def test_the_rows_are_where_the_sides_were_furthest_ahead():
    assert rows_of((10, 5, 1), (11, 9, -1), (12, 2, 1)) == DeltaRows(1, 0, 1)
    assert rows_of((10, 5, 1), (11, 5, -1), (12, 5, 1)) == DeltaRows(1, 0, 1)


def test_a_balanced_bar_has_no_delta_rows():
    assert rows_of((10, 5, 1), (10, 5, -1)) == DeltaRows(-1, -1, -1)
    assert rows_of((10, 5, 0)) == DeltaRows(-1, -1, -1)
    assert rows_of() == DeltaRows(-1, -1, -1)
