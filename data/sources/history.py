"""One market's past over REST: what it lists, trades before and between sockets, candles."""

from collections.abc import Callable
from typing import Final

from core.domain.arrays import BarArray, TradeArray
from core.domain.events import Gap, Klines, MarketEvent, TradeBlock
from core.domain.instrument import Instrument
from core.domain.timeframe import TIMEFRAMES_NS
from core.domain.units import NS_PER_MINUTE, Ns
from data.feeds.continuity import Mark
from data.feeds.intake import Intake, Resumed
from data.feeds.rest import URGENT, Rest
from data.sources.stitch import seam_by_id, seam_by_overlap
from data.venues.market import Market

TRADES_PER_PAGE: Final = 1000
HOLE_PAGES: Final = 60
"""Of 1000 trades (OKX: 100): a busy market's ten minutes; a longer hole is a gap."""
BACK_PAGES: Final = 40
BACK_TRADES: Final = 10_000
BACK_NS: Final[Ns] = 5 * NS_PER_MINUTE
"""How much is fetched at the start, at most; before that there are klines."""
KLINES_PER_PAGE: Final = 1000
KLINE_PAGES: Final = 20
LAG_TRIES: Final = 4
LAG_WAIT_S: Final = 0.3


class History:
    """Fetches and submits; blocks its caller's thread, and raises what REST raises."""

    def __init__(
        self,
        market: Market,
        rest: Rest,
        *,
        submit: Callable[[MarketEvent], None],
        pause: Callable[[float], object],
        now_ns: Callable[[], Ns],
    ) -> None:
        """Make one.

        Args:
            pause: waits some seconds, less when everything is being stopped.
        """
        self._market = market
        self._rest = rest
        self._submit = submit
        self._pause = pause
        self._now_ns = now_ns

    def instruments(self) -> list[Instrument]:
        """Return what the market lists."""
        return self._rest.instruments(self._market).result()

    def close_hole(self, resumed: Resumed, before: Mark, intake: Intake) -> None:
        """Submit the trades between ``before`` and ``resumed.first``, or the gap that remains."""
        if resumed.repeated:
            return
        if not self._market.facts.ids_count:
            to_ns = self._overlap(resumed, before, intake)
        elif resumed.first.trade_id <= before.trade_id + 1:
            return
        else:
            to_ns = self._walk(resumed, before)
        if to_ns is not None:
            reason = f"{resumed.reason}, and REST does not reach back to before"
            self.mark_gap(resumed, before, to_ns=to_ns, reason=reason)

    def mark_gap(
        self, resumed: Resumed, before: Mark, *, reason: str, to_ns: Ns | None = None
    ) -> None:
        """Submit that trades are missing between ``before`` and ``to_ns``, or the first since."""
        end_ns = resumed.first.ts_event_ns if to_ns is None else to_ns
        from_ns = before.ts_event_ns
        gap = Gap(resumed.instrument.id, from_ns, max(end_ns, from_ns + 1), reason)
        self._submit(gap)

    def page_back(self, resumed: Resumed, intake: Intake, *, end_id: int) -> int | None:
        """Submit one page of trades that end before ``end_id``; return where the next one ends.

        Returns:
            None when the venue has no more, or when BACK_NS or BACK_TRADES are reached.
        """
        if not self._market.facts.ids_count:
            self._overlap(resumed, None, intake)
            return None
        page = self._page(resumed.instrument, before_id=end_id)
        if page is None or not page.size:
            return None
        seam = seam_by_id(page, before=None, first=resumed.first, end_id=end_id)
        self._give(resumed, seam.rows)
        first_id, first_ns = int(page["trade_id"].min()), int(page["ts_event_ns"].min())
        enough = (
            first_ns <= resumed.first.ts_event_ns - BACK_NS
            or first_id <= resumed.first.trade_id - BACK_TRADES
        )
        return None if enough else first_id

    def klines(self, instrument: Instrument, timeframe: str, bars: int) -> None:
        """Submit the last ``bars`` closed candles, newest page first; none where there are none."""
        step_ns = TIMEFRAMES_NS[timeframe]
        since_ns = (self._now_ns() // step_ns - bars) * step_ns
        end_ns: Ns | None = None
        for _ in range(KLINE_PAGES):
            page = self._kline_page(instrument, timeframe, end_ns, bars)
            if page is None or not page.size:
                return
            self._submit(Klines(instrument, timeframe, page))
            first_ns = int(page["open_ns"][0])
            if first_ns <= since_ns or first_ns == end_ns:
                return
            end_ns = first_ns
            bars = (first_ns - since_ns) // step_ns

    def _walk(self, resumed: Resumed, before: Mark) -> Ns | None:
        """Page back by id to ``before``; return None, or since when trades are held after all."""
        end_id, held_ns = resumed.first.trade_id, resumed.first.ts_event_ns
        lags = 0
        for _ in range(HOLE_PAGES):
            page = self._page(resumed.instrument, before_id=end_id)
            if page is None:
                return held_ns
            seam = seam_by_id(page, before=before, first=resumed.first, end_id=end_id)
            if seam.behind and lags < LAG_TRIES:
                lags += 1
                self._pause(LAG_WAIT_S)
                continue
            self._give(resumed, seam.rows)
            if seam.closed:
                return None
            if not page.size:
                return held_ns
            end_id, held_ns = int(page["trade_id"].min()), int(page["ts_event_ns"].min())
        return held_ns

    def _overlap(self, resumed: Resumed, before: Mark | None, intake: Intake) -> Ns | None:
        """Use the newest page; return None, or since when trades are held after all."""
        page = self._page(resumed.instrument, before_id=None)
        seam = None
        for _ in range(LAG_TRIES):
            if page is None:
                return resumed.first.ts_event_ns
            seam = seam_by_overlap(page, before=before, first=resumed.first, has=intake.has)
            if not seam.behind:
                break
            self._pause(LAG_WAIT_S)
            page = self._page(resumed.instrument, before_id=None)
        if page is None or seam is None or seam.behind:
            return resumed.first.ts_event_ns
        intake.learn(seam.rows)
        self._give(resumed, seam.rows)
        oldest_ns = int(page["ts_event_ns"].min())
        return None if seam.closed else min(oldest_ns, resumed.first.ts_event_ns)

    def _give(self, resumed: Resumed, rows: TradeArray) -> None:
        if rows.size:
            self._submit(TradeBlock(resumed.instrument, resumed.channel, rows, history=True))

    def _page(self, instrument: Instrument, *, before_id: int | None) -> TradeArray | None:
        answer = self._rest.trades(
            self._market,
            instrument,
            before_id=before_id,
            limit=TRADES_PER_PAGE,
            priority=URGENT,
        )
        return None if answer is None else answer.result()

    def _kline_page(
        self, instrument: Instrument, timeframe: str, end_ns: Ns | None, bars: int
    ) -> BarArray | None:
        answer = self._rest.klines(
            self._market,
            instrument,
            timeframe,
            end_ns=end_ns,
            limit=min(max(bars + 1, 2), KLINES_PER_PAGE),
            now_ns=self._now_ns(),
        )
        return None if answer is None else answer.result()
