"""The volume profile of a chart: in rows that suit what the pane shows."""

from dataclasses import replace
from typing import Final

from core.calc.profile import Profile, TickVolumes, profile
from core.calc.row_height import row_height
from core.calc.value_area_rule import TWO_ROW, ValueAreaRule, value_area_by
from core.domain.arrays import BarArray

_MOST_ROWS: Final = 5_000


def chart_profile(total: TickVolumes, *, ticks_per_row: int, rule: ValueAreaRule) -> Profile:
    """Return the profile of the volumes, its value area grown by ``rule``.

    Args:
        total: what traded at every tick.
        ticks_per_row: height of a row, > 0.
        rule: how the value area grows.
    """
    found = profile(total, ticks_per_row=ticks_per_row)
    if rule is TWO_ROW:
        return found
    area = value_area_by(found.total_lots, poc=found.poc_row, rule=rule)
    return replace(found, val_row=area[0], vah_row=area[1])


def chart_rows(total: TickVolumes, bars: BarArray, *, before: int) -> int:
    """Return rows that fill the pane: of what it shows, where that is less than the profile.

    Args:
        total: what the profile is made of.
        bars: BAR_DTYPE[n], what the pane shows.
        before: the height before; 0 = there was none.
    """
    range_ticks = total.buy_lots.size
    shown = int(bars["high_ticks"].max() - bars["low_ticks"].min()) if bars.size else 0
    height = row_height(min(range_ticks, max(shown, 1)), before=before)
    return max(height, row_height(range_ticks, rows=_MOST_ROWS))
