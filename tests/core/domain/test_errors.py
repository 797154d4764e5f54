import inspect

import pytest

from core.domain import errors
from core.domain.errors import FeedError, RateLimited, TapescopeError, VenueRefused

CLASSES = [
    each
    for _, each in inspect.getmembers(errors, inspect.isclass)
    if issubclass(each, TapescopeError)
]


@pytest.mark.parametrize("error", CLASSES, ids=lambda each: each.__name__)
def test_every_error_stands_in_the_drawing(error):
    assert f"{error.__name__}" in errors.__doc__


def test_an_error_speaks_to_the_trader_in_its_own_words_or_those_given():
    assert TapescopeError("detail").ui_message == "detail"
    assert TapescopeError("detail", ui_message="plain").ui_message == "plain"


def test_errors_carry_their_facts():
    limited = RateLimited("slow down", venue="okx", retry_after_s=1.5)
    assert (limited.venue, limited.retry_after_s) == ("okx", 1.5)
    assert VenueRefused("no", venue="bybit", ui_message="not here").ui_message == "not here"
    assert FeedError("odd").raw == b""
