from core.domain.events import Channel
from core.domain.instrument import InstrumentId, MarketKind, Venue
from core.domain.units import NS_PER_S
from data.feeds.health import SAMPLE_BYTES, SAMPLES_KEPT, HealthBoard, State

BTC = InstrumentId.parse("binance.perp.BTCUSDT")
ETH = InstrumentId.parse("okx.spot.ETH-USDT")


def test_since_moves_only_when_the_state_changes():
    board = HealthBoard()
    board.set_state(BTC, Channel.TRADES, State.STALE, now_ns=10, reason="cut")
    board.set_state(BTC, Channel.TRADES, State.STALE, now_ns=20, reason="still cut")
    (channel,) = board.snapshot()
    assert (channel.state, channel.since_ns, channel.reason) == (State.STALE, 10, "still cut")
    board.set_state(BTC, Channel.TRADES, State.LIVE, now_ns=30)
    (channel,) = board.snapshot()
    assert (channel.state, channel.since_ns, channel.reason) == (State.LIVE, 30, "")


def test_messages_and_reconnects_are_counted_per_channel():
    board = HealthBoard()
    board.received(BTC, Channel.TRADES, now_ns=5)
    board.received(BTC, Channel.TRADES, now_ns=7)
    board.reconnected(BTC, Channel.TRADES, now_ns=8)
    board.received(ETH, Channel.TRADES, now_ns=9)
    btc, eth = board.snapshot()
    assert (btc.messages, btc.last_recv_ns, btc.reconnects) == (2, 7, 1)
    assert (eth.messages, eth.last_recv_ns, eth.reconnects) == (1, 9, 0)


def test_a_refused_message_is_counted_for_its_market_and_its_bytes_are_capped():
    board = HealthBoard()
    board.received(BTC, Channel.TRADES, now_ns=1)
    board.received(ETH, Channel.TRADES, now_ns=1)
    board.refused(
        Venue.BINANCE, MarketKind.PERP, raw=b"x" * (SAMPLE_BYTES + 9), reason="bad", now_ns=2
    )
    btc, eth = board.snapshot()
    assert (btc.refused, eth.refused, board.refused_total()) == (1, 0, 1)
    (sample,) = board.refused_samples()
    assert (len(sample.raw), sample.size, sample.reason) == (SAMPLE_BYTES, SAMPLE_BYTES + 9, "bad")


def test_only_the_newest_samples_are_kept():
    board = HealthBoard()
    for number in range(SAMPLES_KEPT + 5):
        board.refused(Venue.OKX, MarketKind.SPOT, raw=b"%d" % number, reason="", now_ns=number)
    samples = board.refused_samples()
    assert (len(samples), samples[0].raw) == (SAMPLES_KEPT, b"5")
    assert board.refused_total() == SAMPLES_KEPT + 5


def test_a_forgotten_instrument_has_no_channels():
    board = HealthBoard()
    board.received(BTC, Channel.TRADES, now_ns=1)
    board.received(ETH, Channel.TRADES, now_ns=1)
    board.forget([BTC])
    assert [channel.symbol for channel in board.snapshot()] == ["ETH-USDT"]


def test_messages_a_second_are_those_of_the_last_ten_seconds():
    now_s = [100]
    board = HealthBoard(now_ns=lambda: now_s[0] * NS_PER_S)
    for second in (89, 95, 100):
        for _ in range(20):
            board.received(BTC, Channel.BOOK, now_ns=second * NS_PER_S)
    rates = []
    for now_s[0] in (100, 104, 105, 111):
        rates += [channel.rate_per_s for channel in board.snapshot()]
    assert rates == [4.0, 4.0, 2.0, 0.0]


def test_the_lag_follows_the_newest_messages_and_may_be_below_zero():
    board = HealthBoard()
    board.received(BTC, Channel.QUOTES, now_ns=1_000_000)
    assert [channel.lag_ms for channel in board.snapshot()] == [None]
    board.received(BTC, Channel.QUOTES, now_ns=9_000_000, ts_event_ns=4_000_000)
    assert [channel.lag_ms for channel in board.snapshot()] == [5.0]
    for _ in range(200):
        board.received(BTC, Channel.QUOTES, now_ns=9_000_000, ts_event_ns=11_000_000)
    (channel,) = board.snapshot()
    assert abs(channel.lag_ms + 2.0) < 0.01


def test_gaps_are_counted_per_channel_that_is_followed():
    board = HealthBoard()
    for channel in (Channel.BOOK, Channel.TRADES):
        board.received(BTC, channel, now_ns=1)
    for channel in (Channel.BOOK, Channel.BOOK, Channel.TRADES, Channel.QUOTES):
        board.gap(BTC, channel)
    assert {each.channel: each.gaps for each in board.snapshot()} == {"book": 2, "trades": 1}


def test_a_state_may_yield_to_what_the_feed_said():
    board = HealthBoard()
    board.set_state(BTC, Channel.BOOK, State.REJECTED, now_ns=1, reason="refused")
    board.set_state(
        BTC, Channel.BOOK, State.STALE, now_ns=2, reason="lost", unless=(State.REJECTED,)
    )
    assert [(each.state, each.reason) for each in board.snapshot()] == [(State.REJECTED, "refused")]


def test_what_is_not_followed_any_more_comes_on_the_board_by_the_feed_alone():
    board = HealthBoard()
    board.set_state(BTC, Channel.BOOK, State.LIVE, now_ns=2, unless=(State.HALTED,))
    assert board.snapshot() == ()
    board.set_state(BTC, Channel.BOOK, State.CONNECTING, now_ns=2)
    board.set_state(BTC, Channel.BOOK, State.LIVE, now_ns=3, unless=(State.HALTED,))
    assert [each.state for each in board.snapshot()] == [State.LIVE]
