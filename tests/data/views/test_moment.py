from core.domain.events import Channel
from data.feeds.health import HealthBoard, State
from data.views.moment import Moment, Off, followed
from tests.support.trades import instrument

BTC = instrument("binance.perp.BTCUSDT").id


def board():
    health = HealthBoard(now_ns=lambda: 9)
    health.set_state(BTC, Channel.TRADES, State.LIVE, now_ns=1)
    health.set_state(BTC, Channel.BOOK, State.STALE, now_ns=2, reason="Nothing came.")
    health.set_state(BTC, Channel.QUOTES, State.CONNECTING, now_ns=3)
    return health


def test_only_what_is_followed_is_named_and_only_what_is_not_live_says_why():
    assert followed(board().snapshot()) == {
        (BTC, Channel.TRADES): None,
        (BTC, Channel.BOOK): Off("stale", 2, "Nothing came."),
        (BTC, Channel.QUOTES): Off("connecting", 3),
    }


def test_of_several_channels_the_one_that_is_off_for_longest_is_told():
    known = followed(board().snapshot())
    moment = Moment(9, "live", {key: off for key, off in known.items() if off})
    assert moment.off_of(BTC, Channel.QUOTES, Channel.TRADES, Channel.BOOK).state == "stale"
    assert moment.off_of(BTC, Channel.TRADES, Channel.LIQUIDATIONS) is None
