import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calc.vpin import vpin
from core.domain.arrays import empty_trades
from tests.support.tapes import tapes
from tests.support.vectors import trades_of, vector


def test_buckets_and_values_are_those_of_the_vector():
    params, expected = vector("vpin")["params"], vector("vpin")["expected"]
    found = vpin(
        trades_of("vpin"), bucket_lots=params["bucket_volume"], buckets=params["n_buckets"]
    )
    assert found.imbalance_lots.tolist() == expected["bucket_abs_imbalance"]
    after = []
    for row in range(len(vector("vpin")["inputs"])):
        values = found.vpin[found.last_row <= row]
        after.append(None if not values.size or np.isnan(values[-1]) else values[-1])
    assert after == expected["vpin_after_each_trade"]


def by_hand(tape, bucket_lots):
    """Lot by lot."""
    sides = [
        side for lots, side in tape[["size_lots", "aggressor"]].tolist() for side in [side] * lots
    ]
    full = len(sides) // bucket_lots
    return [abs(sum(sides[k * bucket_lots : (k + 1) * bucket_lots])) for k in range(full)]


@given(tapes(lots=(1, 40)), st.integers(1, 60), st.integers(1, 4))
def test_buckets_are_what_counting_lot_by_lot_gives(tape, bucket_lots, buckets):
    found = vpin(tape, bucket_lots=bucket_lots, buckets=buckets)
    expected = by_hand(tape, bucket_lots)
    assert found.imbalance_lots.tolist() == expected
    for index, value in enumerate(found.vpin):
        if index + 1 < buckets:
            assert math.isnan(value)
        else:
            last = expected[index + 1 - buckets : index + 1]
            assert value == pytest.approx(sum(last) / (buckets * bucket_lots))
            assert 0 <= value <= 1


@given(tapes(), st.integers(0, 40))
def test_what_is_known_does_not_change_with_later_trades(tape, count):
    whole, early = (vpin(each, bucket_lots=50, buckets=2) for each in (tape, tape[:count]))
    known = early.vpin.size
    assert early.vpin.tobytes() == whole.vpin[:known].tobytes()
    assert early.known_ns.tolist() == whole.known_ns[:known].tolist()


def test_volume_of_unknown_side_fills_buckets_and_tips_none():
    tape = trades_of("vpin")
    tape["aggressor"] = [1, 0, 0, 1, 1, 1, 1]
    found = vpin(tape, bucket_lots=15, buckets=1)
    assert found.imbalance_lots.tolist()[0] == 4
    assert found.unknown_frac == 11 / 55


def test_no_trades_have_no_buckets():
    found = vpin(empty_trades(), bucket_lots=10)
    assert found.vpin.size == found.known_ns.size == 0
    assert math.isnan(found.unknown_frac)


def test_buckets_of_nothing_and_trades_out_of_order_are_refused():
    with pytest.raises(ValueError, match="above zero"):
        vpin(empty_trades(), bucket_lots=0)
    with pytest.raises(ValueError, match="sorted by ts_event_ns"):
        vpin(trades_of("vpin")[::-1], bucket_lots=1)
