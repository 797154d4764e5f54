import pytest
import streamlit as st

from core.domain.units import NS_PER_MINUTE
from pages.shell import places
from tests.support.trades import START_NS

OPEN_NS = START_NS // NS_PER_MINUTE * NS_PER_MINUTE


@pytest.fixture(autouse=True)
def address(monkeypatch):
    found = {}
    monkeypatch.setattr(st, "query_params", found)
    return found


def test_an_anchor_comes_back_from_the_address():
    assert places.anchor() is None
    places.put_anchor(OPEN_NS)
    assert places.anchor() == OPEN_NS


@pytest.mark.parametrize("steps", [(0, 5), (5, 0)])
def test_two_candles_in_any_order_make_a_range_from_an_open_to_a_close(steps):
    first, second = (OPEN_NS + step * NS_PER_MINUTE for step in steps)
    places.put_range_end(first, NS_PER_MINUTE)
    assert places.half_range() == first
    assert places.profile_range() is None
    places.put_range_end(second, NS_PER_MINUTE)
    assert places.half_range() is None
    assert places.profile_range() == (OPEN_NS, OPEN_NS + 6 * NS_PER_MINUTE)


def test_the_next_candle_begins_another_range():
    for step in (0, 5, 9):
        places.put_range_end(OPEN_NS + step * NS_PER_MINUTE, NS_PER_MINUTE)
    assert places.half_range() == OPEN_NS + 9 * NS_PER_MINUTE


def test_both_are_forgotten(address):
    places.put_anchor(OPEN_NS)
    places.put_range_end(OPEN_NS, NS_PER_MINUTE)
    places.clear()
    assert address == {}


@pytest.mark.parametrize("text", ["", "<script>", "20261399T000000", "9" * 400, "2026-11-21"])
def test_nonsense_in_the_address_is_no_place(address, text):
    address |= {"anchor": text, "range": f"{text}-{text}"}
    assert places.anchor() is None
    assert places.profile_range() is None
