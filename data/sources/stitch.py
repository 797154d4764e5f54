"""Which trades of a REST page are missing between two that the sockets brought, and are all there.

Pure. Two ways, by what the venue's ids are worth: where they count, pages are walked back by id;
where they only tell trades apart (Bybit), the newest page must overlap what was held before.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.domain.arrays import TradeArray
from data.feeds.continuity import Mark


@dataclass(frozen=True, slots=True)
class Seam:
    """What one page adds.

    Attributes:
        rows: the trades that are missing, sorted.
        closed: nothing is missing any more at the side of ``before``.
        behind: the page ends before the first trade of the socket begins: REST lags, ask again.
    """

    rows: TradeArray
    closed: bool
    behind: bool


def seam_by_id(page: TradeArray, *, before: Mark | None, first: Mark, end_id: int) -> Seam:
    """Return what a page that was asked to end just before ``end_id`` adds.

    Args:
        page: TRADE_DTYPE[n], sorted, ids without holes.
        before: newest trade known before the hole; None = there is none, take the whole page.
        first: first trade after the hole. A socket's row may merge several fills and bear the id
            of the last of them (OKX), while REST, which then says ``fills`` 0, gives each fill.
        end_id: the id that the page was asked for.
    """
    ids = page["trade_id"]
    merged = max(first.fills, 1) - 1
    limits = np.where(page["fills"] == 0, first.trade_id - merged, first.trade_id)
    missing = ids < limits
    if before is not None:
        missing &= ids > before.trade_id
    reached = bool(ids.size) and before is not None and int(ids.min()) <= before.trade_id + 1
    newest = int(ids.max(initial=0))
    floor = 0 if before is None else before.trade_id
    behind = max(newest, floor) < end_id - 1 - (merged if end_id == first.trade_id else 0)
    return Seam(page[missing], closed=reached, behind=behind)


def seam_by_overlap(
    page: TradeArray, *, before: Mark | None, first: Mark, has: Callable[[int], bool]
) -> Seam:
    """Return what the venue's newest page adds.

    Args:
        page: TRADE_DTYPE[n], sorted; the newest n trades when it was asked for.
        has: whether the trade of an id is held.
    """
    times = page["ts_event_ns"]
    held = np.fromiter(map(has, page["trade_id"].tolist()), bool, page.size)
    # Later ones, if not held yet, are on their way through the socket.
    missing = ~held & (times <= first.ts_event_ns)
    behind = not page.size or int(times[-1]) < first.ts_event_ns
    reached = before is not None and bool(
        np.any(page["trade_id"] == before.trade_id) or np.any(times < before.ts_event_ns)
    )
    return Seam(page[missing], closed=reached and not behind, behind=behind)
