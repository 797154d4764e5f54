import pytest

from core.domain.errors import NotListed, RateLimited, VenueDown, VenueRefused
from core.domain.instrument import MarketKind, Venue
from data.feeds.refusals import Refused, error_of

HTML = "<html><body>Forbidden</body></html>"


def error(venue=Venue.BINANCE, **refused):
    return error_of(venue, MarketKind.PERP, Refused(**refused))


@pytest.mark.parametrize("status", [403, 451])
def test_403_and_451_are_final_whatever_ccxt_takes_them_for(status):
    found = error(status=status, body=HTML, too_many=True)
    assert type(found) is VenueRefused
    assert found.ui_message == (
        f"binance perp is unavailable from here (HTTP {status}); "
        "use another venue or the simulated market"
    )


def test_bybits_403_for_too_many_requests_is_a_wait_of_ten_minutes():
    found = error(Venue.BYBIT, status=403, body="403, Access too frequent.")
    assert (type(found), found.retry_after_s) == (RateLimited, 600.0)
    assert type(error(Venue.BYBIT, status=403, body=HTML)) is VenueRefused


@pytest.mark.parametrize(
    ("status", "header", "wait_s"),
    [(429, "7", 7.0), (429, "", 2.0), (418, "30", 120.0), (418, "300", 300.0), (418, "", 120.0)],
)
def test_retry_after_is_obeyed_and_a_ban_lasts_two_minutes_at_least(status, header, wait_s):
    found = error(status=status, retry_after=header)
    assert (type(found), found.retry_after_s) == (RateLimited, wait_s)


@pytest.mark.parametrize("header", ["-5", "soon", "1e9", "\u0667", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_retry_after_that_is_no_number_of_seconds_is_not_obeyed(header):
    assert error(status=429, retry_after=header).retry_after_s == 2.0


def test_a_rate_limit_that_comes_with_http_200_is_a_rate_limit():
    found = error(Venue.OKX, status=200, body='{"code":"50011"}', too_many=True)
    assert (type(found), found.retry_after_s) == (RateLimited, 2.0)
    assert found.ui_message == "okx perp had too many requests; the next is in 2 s"


def test_a_wrong_symbol_is_not_the_venues_fault():
    assert type(error(status=400, unknown_symbol=True)) is NotListed


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        ({"status": 502, "body": HTML}, "REST answered with a web page (HTTP 502)"),
        ({"status": 200, "body": HTML}, "REST answered with a web page (HTTP 200)"),
        ({"status": 503, "body": "busy"}, "REST answered HTTP 503"),
        ({"words": "ConnectTimeout"}, "REST could not be reached (ConnectTimeout)"),
        ({"status": 200, "body": "busy"}, "REST answered 'busy'"),
    ],
)
def test_everything_else_is_down_for_now_and_says_how(refused, words):
    found = error(**refused)
    assert type(found) is VenueDown
    assert found.ui_message == f"binance perp: {words}"
