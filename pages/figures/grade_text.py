"""Grade text: how much of a bar is proven, and why, in words."""

from dataclasses import dataclass
from math import isnan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.calc.grade import Grades, Reason
from core.domain.instrument import Instrument
from pages.figures.scale import size_text

NOT_PROVEN: Final = "not proven yet"
_WORDS: Final = {
    Reason.IDS: "every trade number is there",
    Reason.FILLS: "every trade number is there, merged fills counted",
    Reason.CANDLE: "as much was traded as the exchange's candle says",
    Reason.SIDES: "other buys and sells than in the exchange's candle",
    Reason.OVER: "more was traded than the exchange's candle says",
    Reason.IDS_MISSING: "trade numbers are missing",
    Reason.SHORT: "trades missing",
    Reason.BEGINS: "trades are held only from inside this bar on",
    Reason.GAP: "trades missing, there is a gap in this bar",
    Reason.NO_TRADES: "only the exchange's candle, no trades are held of it",
}


@dataclass(frozen=True, slots=True)
class Notes:
    """What to say of each bar; most bars say the same.

    Attributes:
        texts: each once.
        of_bar: one index into ``texts`` per bar.
    """

    texts: list[str]
    of_bar: NDArray[np.generic]


def notes(grades: Grades, instrument: Instrument) -> Notes:
    """Return what to say of each bar, one sentence for all bars that say the same."""
    # One NaN is not another, so bars that are not proven would each be looked up in vain.
    shares, books = (np.nan_to_num(each, nan=-1.0) for each in (grades.grade, grades.book_grade))
    columns = (shares, grades.reason, grades.missing_lots, books)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    seen: dict[str, int] = {}
    memo: dict[tuple[float, int, int, float], int] = {}
    of_bar = []
    for row in rows:
        if row not in memo:
            memo[row] = seen.setdefault(_sentence(row, instrument), len(seen))
        of_bar.append(memo[row])
    small = len(seen) <= np.iinfo(np.uint8).max
    return Notes(list(seen), np.array(of_bar, np.uint8 if small else np.int64))


def percent(share: float) -> str:
    """Return ``92.1 %``; what is not whole is never rounded to 100 %. Nothing for NaN."""
    if isnan(share):
        return ""
    return "100 %" if share >= 1 else f"{min(round(share * 1000), 999) / 10:g} %"


def share_text(share: float) -> str:
    """Return ``0.9213`` for a table; what is not whole is never 1.0000. Nothing for NaN."""
    if isnan(share):
        return ""
    return "1.0000" if share >= 1 else f"{min(round(share * 10_000), 9_999) / 10_000:.4f}"


def _sentence(row: tuple[float, int, int, float], grid: Instrument) -> str:
    """Return what to say of (grade, reason, missing lots, book's grade); -1 = not known."""
    share, book = (percent(each) if each >= 0 else "" for each in (row[0], row[3]))
    reason, missing_lots = Reason(row[1]), row[2]
    text = f"{share}: {_WORDS[reason]}" if share else NOT_PROVEN
    if share and missing_lots and reason is not Reason.NO_TRADES:
        than = "more" if missing_lots > 0 else "less"
        size = size_text(abs(missing_lots), grid)
        text += f", the exchange's candle says {size} {grid.base} {than}"
    return f"{text}; book live {book}" if book not in {"", "100 %"} else text
