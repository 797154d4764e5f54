import re

import pytest

from core.domain.instrument import MarketKind, Venue
from core.domain.units import NS_PER_DAY, NS_PER_S
from data.feeds.health import ChannelHealth, RefusedFrame, State
from pages.shell.tables import (
    SIGNS,
    channels_table,
    line,
    moment_text,
    refused_table,
    strip,
)
from tests.support.app import ROOT
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
        "rate_per_s": 41.5,
        "lag_ms": 12.4,
        "gaps": 3,
    }
    return ChannelHealth(**(facts | changes))


def cells(html):
    return re.findall(r"<td[^>]*>(.*?)</td>", html)


def test_a_channel_shows_its_figures_in_their_units():
    html = channels_table([channel()], now_ns=START_NS + 5 * NS_PER_S)
    assert cells(html) == [
        "BTC-USDT-SWAP OKX perp",
        "trades",
        "▲ STALE",
        "22:13:00",
        "2.0 s ago",
        "41.5",
        "12 ms",
        "12,345",
        "3",
        "1",
        "2",
        "silent for &lt;8 s&gt;",
    ]


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_word_a_colour_and_a_sign(state):
    html = channels_table([channel(state=state)], now_ns=START_NS)
    sign, colour = SIGNS[state]
    assert f'style="color:{colour}">{sign} {state.upper()}</td>' in html


def test_no_two_states_have_the_same_sign():
    assert len({sign for sign, _ in SIGNS.values()}) == len(State)


def test_what_never_came_is_never_not_zero():
    html = channels_table([channel(last_recv_ns=None, lag_ms=None)], now_ns=START_NS)
    assert cells(html)[4] == "never"
    assert cells(html)[6] == "–"


def test_a_venue_whose_clock_is_ahead_has_a_latency_below_zero():
    html = channels_table([channel(lag_ms=-7.4)], now_ns=START_NS)
    assert cells(html)[6] == "−7 ms"


def test_an_instrument_is_named_once_for_all_its_channels():
    both = [channel(), channel(channel="book"), channel(symbol="ETH-USDT-SWAP")]
    names = cells(channels_table(both, now_ns=START_NS))[::12]
    assert names == ["BTC-USDT-SWAP OKX perp", "", "ETH-USDT-SWAP OKX perp"]


def test_a_time_before_yesterday_has_its_date():
    assert moment_text(START_NS, now_ns=START_NS + NS_PER_DAY - 1) == "22:13:00"
    assert moment_text(START_NS, now_ns=START_NS + NS_PER_DAY) == "2023-11-14 22:13:00"


def test_the_first_line_of_a_page_can_be_found_and_is_text():
    html = line("<b>", level="amiss")
    assert 'data-testid="first-figure"' in html
    assert "&lt;b&gt;" in html


def test_figures_side_by_side_are_text():
    html = strip("process", [("<i>", "<b>")])
    assert "<small>&lt;i&gt;</small><b>&lt;b&gt;</b>" in html


def test_refused_bytes_are_shown_as_text():
    frame = RefusedFrame(
        Venue.BYBIT, MarketKind.SPOT, b"\xff<img onerror=x>", 17, "not JSON", START_NS
    )
    html = refused_table([frame])
    assert "&lt;img onerror=x&gt;" in html
    assert "<img" not in html


def test_no_class_of_a_table_is_one_of_the_live_components_whose_style_stays_in_the_document():
    css = (ROOT / "pages" / "shell" / "front" / "live.css").read_text()
    html = line("x", level="well") + strip("x", []) + channels_table([channel()], now_ns=START_NS)
    ours = {name for names in re.findall(r'class="([^"]+)"', html) for name in names.split()}
    assert "tsp-table" in ours
    assert not ours & set(re.findall(r"\.([a-z][\w-]*)", css))
