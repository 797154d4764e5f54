from core.domain.instrument import MarketKind, Venue
from core.domain.units import NS_PER_S
from data.feeds.health import ChannelHealth, RefusedFrame, State
from pages.shell.tables import channels_table, refused_table
from tests.support.trades import START_NS


def channel(**changes):
    facts = {
        "venue": Venue.OKX,
        "kind": MarketKind.PERP,
        "symbol": "BTC-USDT-SWAP",
        "channel": "trades",
        "state": State.STALE,
        "since_ns": START_NS,
        "last_recv_ns": START_NS + 3 * NS_PER_S,
        "messages": 12_345,
        "refused": 2,
        "reconnects": 1,
        "reason": "silent for <8 s>",
    }
    return ChannelHealth(**(facts | changes))


def test_a_channel_shows_its_state_its_age_and_its_reason():
    html = channels_table([channel()], now_ns=START_NS + 5 * NS_PER_S, source="live")
    for text in ("OKX", "BTC-USDT-SWAP", "STALE", "2.0 s ago", "12,345", "silent for &lt;8 s&gt;"):
        assert text in html


def test_what_never_came_is_never_not_zero():
    assert "never" in channels_table([channel(last_recv_ns=None)], now_ns=START_NS, source="live")


def test_without_channels_there_is_a_sentence():
    assert "No channel yet" in channels_table([], now_ns=START_NS, source="live")


def test_a_simulated_market_has_no_channels_and_says_so():
    assert "simulated" in channels_table([], now_ns=START_NS, source="simulated")


def test_the_first_figure_of_the_page_can_be_found():
    assert 'data-testid="first-figure"' in channels_table([], now_ns=START_NS, source="live")


def test_refused_bytes_are_shown_as_text():
    frame = RefusedFrame(
        Venue.BYBIT, MarketKind.SPOT, b"\xff<img onerror=x>", 17, "not JSON", START_NS
    )
    html = refused_table([frame])
    assert "&lt;img onerror=x&gt;" in html
    assert "<img" not in html
