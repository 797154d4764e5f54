import numpy as np
import pytest

from core.domain.units import NS_PER_DAY, NS_PER_MINUTE
from pages.figures.held import since_words
from tests.support.trades import START_NS

SHOWN_NS = START_NS + np.arange(100) * NS_PER_MINUTE


def known_from(index):
    return np.arange(SHOWN_NS.size) >= index


def test_what_is_held_late_says_since_when():
    minutes = int(SHOWN_NS[40]) // NS_PER_MINUTE % 1440
    expected = f", held since {minutes // 60:02d}:{minutes % 60:02d}"
    assert since_words(known_from(40), SHOWN_NS, SHOWN_NS) == expected


@pytest.mark.parametrize("index", [0, 10, 100])
def test_what_is_held_nearly_from_the_first_bar_or_not_at_all_says_nothing(index):
    assert since_words(known_from(index), SHOWN_NS, SHOWN_NS) == ""


def test_another_day_is_named():
    shown = SHOWN_NS[0] + np.arange(100) * NS_PER_DAY
    assert len(since_words(known_from(40), shown, shown)) > len(", held since 00:00")
