from core.domain.instrument import InstrumentId
from data.feeds.health import HealthBoard, State
from pages.shell.states import describe
from tests.support.trades import START_NS

BINANCE = InstrumentId.parse("binance.perp.BTCUSDT")
OKX = InstrumentId.parse("okx.perp.BTC-USDT-SWAP")


def board(**states):
    health = HealthBoard()
    for each in (BINANCE, OKX):
        state = states.get(each.venue.value, State.LIVE)
        health.set_state(each, "trades", state, now_ns=START_NS, reason="the socket was lost.")
    return health.snapshot()


def test_all_live_needs_no_words():
    assert describe(board(), (BINANCE, OKX), ()) == ("ok", "")


def test_a_venue_that_dropped_out_of_the_sum_is_named_with_its_reason():
    level, words = describe(board(okx=State.STALE), (BINANCE, OKX), ())
    assert level == "late"
    assert words.startswith("OKX BTC-USDT-SWAP is stale since 2023-11-14 ")
    assert words.endswith(": the socket was lost.")


def test_other_instruments_do_not_matter():
    assert describe(board(okx=State.STALE), (BINANCE,), ()) == ("ok", "")


def test_a_refused_or_halted_channel_is_worse_than_a_late_one():
    states = board(okx=State.REJECTED, binance=State.STALE)
    assert describe(states, (BINANCE, OKX), ())[0] == "off"


def test_what_has_not_come_is_named_once():
    assert describe((), (BINANCE, OKX), (OKX,)) == (
        "late",
        "OKX BTC-USDT-SWAP: nothing has come yet.",
    )
    assert "nothing" not in describe(board(okx=State.CONNECTING), (OKX,), (OKX,))[1]


def test_an_instrument_whose_channel_nobody_has_heard_of_is_not_live():
    level, words = describe(board()[:1], (BINANCE, OKX), ())
    assert (level, words) == ("late", "OKX BTC-USDT-SWAP: not connected yet.")
