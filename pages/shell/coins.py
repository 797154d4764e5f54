"""Coins: the sidebar's choice of coins, venues and instrument that the trader's pages share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from core.domain.instrument import Instrument, Venue
from data.runtime import runtime
from data.sources.source import Source
from data.views.coin_markets import CoinMarkets, coin_markets, coins_of
from pages.figures.venues import VENUE_NAMES
from pages.shell.choosing import one_of
from pages.shell.remembering import remember

FIRST: Final = "binance.perp.BTCUSDT"
MOST_COINS: Final = 6
_COINS: Final = "coins"
_FIRST_COINS: Final = "coins_at_first"
_REPLAY_COINS: Final = "replay_coins"
"""Another choice than that of the market: a recording has few coins, and other ones."""


@dataclass(frozen=True, slots=True)
class CoinChoice:
    """What the trader looks at.

    Attributes:
        coins: the markets of each, in the trader's order; at least one coin.
        apart: venues are shown one by one, not summed.
    """

    coins: tuple[CoinMarkets, ...]
    apart: bool


def choose_coins(source: Source) -> CoinChoice | None:
    """Show the choice in the sidebar and return it; coins chosen are remembered, but of a replay.

    Every choice is a parameter of the page's address; one that is not on offer is ignored there.

    Args:
        source: whose instruments are on offer.

    Returns:
        None while the source has none.
    """
    listed = source.instruments()
    if not listed:
        return None
    choose = _of_replay if source.name == "replay" else _of_market
    with st.sidebar:
        shown = choose(coins_of(listed), runtime().settings.coins)
        names = [VENUE_NAMES[each] for each in Venue]
        venues = st.multiselect(
            "Venues",
            names,
            default=names,
            key="venues",
            bind="query-params",
            help="Sums are of these alone. USDT is taken as the US dollar.",
        )
        apart = one_of("Show venues", {"summed": False, "one by one": True}, key="show_venues")
    chosen = [each for each in Venue if VENUE_NAMES[each] in venues] or list(Venue)
    return CoinChoice(tuple(coin_markets(listed, each, chosen) for each in shown), apart=apart)


def choose_coin(source: Source) -> CoinMarkets | None:
    """Show the choice of one coin in the sidebar and return its markets.

    It is ``coin`` in the page's address.

    Args:
        source: whose instruments are on offer.

    Returns:
        None while none of them is against QUOTE.
    """
    listed = source.instruments()
    coins = coins_of(listed)
    if not coins:
        return None
    with st.sidebar:
        coin = st.selectbox("Coin", coins, key="coin", bind="query-params")
    return coin_markets(listed, coin)


def choose_instrument(source: Source) -> Instrument | None:
    """Show the choice of one instrument in the sidebar and return it.

    It is ``instrument`` in the page's address, and goes along from page to page.

    Args:
        source: whose instruments are on offer.

    Returns:
        None while the source has none.
    """
    listed = {str(each.id): each for each in source.instruments()}
    if not listed:
        return None
    names = list(listed)
    with st.sidebar:
        chosen = st.selectbox(
            "Instrument",
            names,
            index=names.index(FIRST) if FIRST in listed else 0,
            key="instrument",
            bind="query-params",
            filter_mode="contains",
        )
    return listed[chosen]


def _of_market(listed: Sequence[str], kept: Sequence[str]) -> Sequence[str]:
    """Let the trader choose coins, and keep them; return them, at least one."""
    # What was remembered stays on offer: a venue may not have said yet what it lists.
    first: Sequence[str] = st.session_state.setdefault(_FIRST_COINS, kept)
    coins = st.multiselect(
        "Coins",
        list(dict.fromkeys((*first, *listed))),
        default=first[:MOST_COINS],
        max_selections=MOST_COINS,
        key=_COINS,
        bind="query-params",
        on_change=_remember,
        help=f"Up to {MOST_COINS}; remembered for the next start.",
    )
    return coins or first[:1]


def _of_replay(listed: Sequence[str], kept: Sequence[str]) -> Sequence[str]:
    """Let the trader choose among the coins that are played; return them, at least one.

    It begins with those that are played: of the address, else of ``kept``, else all.
    """
    wished = (st.query_params.get_all(_COINS), kept, listed)
    played = ([each for each in some if each in listed] for some in wished)
    first = next(filter(None, played), [])[:MOST_COINS]
    before = st.session_state.get(_REPLAY_COINS)
    if before is None or (before and not set(before) & set(listed)):  # the first recording, another
        st.session_state[_REPLAY_COINS] = first
    coins = st.multiselect(
        "Coins",
        listed,
        max_selections=MOST_COINS,
        key=_REPLAY_COINS,
        bind="query-params",
        help=f"Up to {MOST_COINS} of those that this recording has; the next start shows those of "
        "the market again.",
    )
    return coins or first[:1] or kept[:1]


def _remember() -> None:
    """Keep the coins chosen."""
    coins = st.session_state[_COINS]
    if coins:
        remember("coins", coins)
