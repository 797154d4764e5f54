"""The product under load: 20,000 messages a second, and 100,000 within one; nothing is lost.

Of the messages 85 % are trades and the others updates of books, on six instruments of three venues.
Exchange, product and a watching tab run at the same time, the first two as processes.
"""

import pytest

from tests.support.load import load, recorded

FRAMES_PER_S = 4
MOST_MB_MORE = 250
"""What the product may grow by; a minute's million trades take 41 MB of rows."""


@pytest.fixture
def asked_for(request):
    """A minute is long: it runs where soaks are asked for by name."""
    if "soak" not in request.config.option.markexpr:
        pytest.skip("a soak; make soak runs it")


def assert_accounted_for(done):
    """All that was sent is held, once; nothing was refused, marked or given up on the way."""
    held = done.held
    assert (held["faults"], held["refused"]) == (0, 0)
    for name, sent in done.sent["instruments"].items():
        found = held["instruments"][name]
        assert found["trades"] == found["distinct"] == sent["trades"], name
        assert found["applied"] == sent["updates"], name
        assert found["last_update_id"] == sent["last_update_id"], name
        assert found["book_lots"] == sent["lots"], name
        assert (found["dropped"], found["phase"], found["gaps"]) == (0, "live", []), name


def assert_holds(done, *, within_s):
    assert done.behind_s is not None, f"not written {within_s} s after the last message"
    assert_accounted_for(done)
    assert len(done.frames) / done.seconds >= FRAMES_PER_S
    first, most, _ = done.rss_mb
    assert most - first < MOST_MB_MORE


def assert_recorded(done, home):
    """All of it is on disk once the product has ended."""
    from_ns = done.sent["from_ns"]
    for name, sent in done.sent["instruments"].items():
        trades, updates, gaps = recorded(home, name, from_ns)
        assert (trades, updates) == (sent["trades"], sent["updates"]), name
        assert [gap for gap in gaps if gap.from_ns < done.held["at_ns"]] == [], name


def test_ten_seconds_of_20_000_messages_a_second_are_all_held(tmp_path):
    with load(tmp_path, "--blast", "20000", "--seconds", "10") as run:
        done = run.run(within_s=5)
    assert done.sent["messages"] > 199_000
    assert done.sent["taken_s"] < 12
    assert_holds(done, within_s=5)
    assert_recorded(done, tmp_path)


def test_100_000_messages_within_a_second_are_all_held_ten_seconds_later(tmp_path):
    with load(tmp_path, "--burst", "100000") as run:
        done = run.run(within_s=10)
    assert done.sent["messages"] > 99_000
    assert_holds(done, within_s=10)
    assert_recorded(done, tmp_path)


@pytest.mark.soak
@pytest.mark.timeout(240)
@pytest.mark.usefixtures("asked_for")
def test_a_minute_of_20_000_messages_a_second_is_all_held(tmp_path):
    with load(tmp_path, "--blast", "20000", "--seconds", "60") as run:
        done = run.run(within_s=5)
    assert done.sent["messages"] > 1_199_000
    assert done.sent["taken_s"] < 66
    assert_holds(done, within_s=5)
    assert_recorded(done, tmp_path)
