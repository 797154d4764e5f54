import pytest

from core.domain.errors import FeedError
from core.domain.instrument import MarketKind, Venue
from data.store.raw_formats import RawFrame
from data.store.raw_parse import parsed
from tests.support.trades import START_NS, instrument

LISTED = {"BTCUSDT": instrument()}


def answer(payload, asked="BTCUSDT"):
    return RawFrame(START_NS, Venue.BINANCE, MarketKind.PERP, payload, asked)


@pytest.mark.parametrize("payload", [b"", b"<html>", b"\xff", b"[" * 100_000, b"[]"])
def test_an_answer_that_is_no_book_is_refused_and_ends_nothing(payload):
    with pytest.raises(FeedError):
        parsed(answer(payload), LISTED)


def test_the_answer_for_a_symbol_that_is_not_listed_is_left_out():
    assert parsed(answer(b"{}", asked="ETHUSDT"), LISTED) == []
