import time

import pytest

from core.domain.instrument import MarketKind, Venue
from data.sources.probe import probe
from data.venues.registry import MARKETS
from tests.exchange.server import Exchange

OKX_PERP = (Venue.OKX, MarketKind.PERP)


@pytest.fixture
def exchange():
    with Exchange() as exchange:
        yield exchange


def test_every_market_answers(exchange):
    assert probe(exchange.endpoints()) == dict.fromkeys(MARKETS)


def test_a_dead_market_gets_a_sentence_and_the_others_none(exchange):
    endpoints = exchange.endpoints() | {(*OKX_PERP, "WS"): "ws://127.0.0.1:1"}
    answers = probe(endpoints)
    reason = answers.pop(OKX_PERP)
    assert reason.startswith("okx perp: the exchange could not be reached (")
    assert reason.endswith(".")
    assert set(answers.values()) == {None}


def test_a_market_that_does_not_serve_this_address_is_told_as_such(exchange):
    exchange.faults.rest["/market"] = (451, {}, "")
    assert probe(exchange.endpoints())[Venue.BINANCE, MarketKind.PERP] == (
        "binance perp is unavailable from here (HTTP 451); "
        "use another venue or the simulated market."
    )


def test_markets_that_say_nothing_are_not_waited_for_longer_than_allowed(exchange):
    exchange.faults.hang_handshake = True
    started_s = time.monotonic()
    answers = probe(exchange.endpoints(), within_s=0.5)
    assert time.monotonic() - started_s < 1.0
    assert all(
        "did not answer within 0.5 s" in reason or "had not answered after" in reason
        for reason in answers.values()
    )


def test_one_answer_is_enough_not_to_wait_for_the_dead_ones(exchange):
    with Exchange() as hung:
        hung.faults.hang_handshake = True
        endpoints = exchange.endpoints() | {(*OKX_PERP, "WS"): hung.endpoints()[*OKX_PERP, "WS"]}
        started_s = time.monotonic()
        answers = probe(endpoints, settle_s=0.3)
        assert time.monotonic() - started_s < 2.0
    assert answers[OKX_PERP] == "okx perp had not answered after 0 s."
    assert list(answers.values()).count(None) == 5
