import threading

import pytest

from core.domain.errors import VenueRefused
from pages.shell.publisher import MAX_VIEWS, Publisher
from tests.support.waiting import until
from tests.support.wire import decode


class Counting:
    """A feed that counts what it is asked."""

    pause_s = 0.0
    linger_s = 0.0
    heartbeat_s = None

    def __init__(self, spec):
        self.spec = spec
        self.value = 0
        self.made = 0

    def marker(self):
        return self.value

    def frame(self, seq):
        self.made += 1
        return f"{self.spec} {seq}".encode()


class Failing(Counting):
    error: Exception = RuntimeError("a fault of ours")

    def frame(self, seq):
        self.made = seq
        raise self.error


class Tab:
    def __init__(self, *, wants=True):
        self.frames = []
        self.is_looked_at = wants

    def wants(self):
        return self.is_looked_at

    def offer(self, frame):
        self.frames.append(frame)


def publisher_of(kind=Counting):
    feeds = {}

    def make(spec):
        feeds[spec] = kind(spec)
        return feeds[spec]

    return Publisher(make, poll_s=0.01), feeds


def test_equal_specs_share_one_view_and_one_frame():
    publisher, feeds = publisher_of()
    first, second = Tab(), Tab()
    assert publisher.register("BTC") == publisher.register("BTC")
    publisher.watch(publisher.register("BTC"), first)
    publisher.watch(publisher.register("BTC"), second)
    assert publisher.tick() == 1
    assert feeds["BTC"].made == 1
    assert first.frames == second.frames
    assert first.frames[0].payload == b"BTC 1"


def test_distinct_specs_get_a_frame_each():
    publisher, _ = publisher_of()
    tabs = {spec: Tab() for spec in ("BTC", "ETH")}
    for spec, tab in tabs.items():
        publisher.watch(publisher.register(spec), tab)
    assert publisher.tick() == 2
    assert [tab.frames[0].payload for tab in tabs.values()] == [b"BTC 1", b"ETH 1"]


def test_nothing_is_computed_for_a_view_that_nobody_watches():
    publisher, feeds = publisher_of()
    view = publisher.register("BTC")
    assert publisher.tick() == 0
    assert not feeds
    tab = Tab()
    publisher.watch(view, tab)
    publisher.tick()
    publisher.unwatch(view, tab)
    feeds["BTC"].value += 1
    assert publisher.tick() == 0


def test_nothing_is_computed_for_a_tab_that_nobody_looks_at():
    publisher, feeds = publisher_of()
    publisher.watch(publisher.register("BTC"), Tab(wants=False))
    assert publisher.tick() == 0
    assert feeds["BTC"].made == 0


def test_a_tick_is_skipped_when_nothing_changed():
    publisher, feeds = publisher_of()
    tab = Tab()
    publisher.watch(publisher.register("BTC"), tab)
    assert [publisher.tick(), publisher.tick()] == [1, 0]
    feeds["BTC"].value += 1
    assert publisher.tick() == 1
    assert [frame.seq for frame in tab.frames] == [1, 2]


def test_a_heartbeat_comes_though_nothing_changed():
    publisher, feeds = publisher_of()
    tab = Tab()
    publisher.watch(publisher.register("BTC"), tab)
    publisher.tick()
    feeds["BTC"].heartbeat_s = 0.0
    assert publisher.tick() == 1


def test_frames_go_on_for_a_while_after_a_change():
    publisher, feeds = publisher_of()
    publisher.watch(publisher.register("BTC"), Tab())
    publisher.tick()
    feeds["BTC"].linger_s = 60.0
    assert [publisher.tick(), publisher.tick()] == [1, 1]


def test_two_frames_are_never_closer_than_the_pause():
    publisher, feeds = publisher_of()
    publisher.watch(publisher.register("BTC"), Tab())
    feeds["BTC"].pause_s = 60.0
    feeds["BTC"].value += 1
    publisher.tick()
    feeds["BTC"].value += 1
    assert publisher.tick() == 0


def test_a_new_tab_gets_the_newest_frame_at_once():
    publisher, _ = publisher_of()
    view = publisher.register("BTC")
    publisher.watch(view, Tab())
    publisher.tick()
    late = Tab()
    publisher.watch(view, late)
    assert [frame.seq for frame in late.frames] == [1]


def test_an_unknown_view_cannot_be_watched():
    publisher, _ = publisher_of()
    with pytest.raises(KeyError):
        publisher.watch("0" * 24, Tab())


def test_old_views_are_forgotten_but_never_a_watched_one():
    publisher, _ = publisher_of()
    watched = publisher.register("watched")
    publisher.watch(watched, Tab())
    first = publisher.register(0)
    for spec in range(1, MAX_VIEWS + 5):
        publisher.register(spec)
    publisher.watch(watched, Tab())
    with pytest.raises(KeyError):
        publisher.watch(first, Tab())


def test_a_view_that_cannot_be_drawn_says_so_once_a_second_and_spares_the_others(caplog):
    publisher, _ = publisher_of(Failing)
    broken = Tab()
    publisher.watch(publisher.register("broken"), broken)
    publisher.tick()
    publisher.tick()
    assert len(broken.frames) == 1
    told = decode(broken.frames[0].payload)
    assert told["kind"] == "message"
    assert "log of the server" in told["text"]
    assert "a fault of ours" in caplog.text


def test_an_error_of_ours_is_shown_in_its_own_words(monkeypatch):
    error = VenueRefused("HTTP 451", venue="binance", ui_message="Binance does not serve you.")
    monkeypatch.setattr(Failing, "error", error)
    publisher, _ = publisher_of(Failing)
    tab = Tab()
    publisher.watch(publisher.register("BTC"), tab)
    publisher.tick()
    assert decode(tab.frames[0].payload)["text"] == "Binance does not serve you."


def test_the_thread_publishes_until_it_is_stopped():
    publisher, feeds = publisher_of()
    tab = Tab()
    publisher.watch(publisher.register("BTC"), tab)
    publisher.start()
    until(lambda: tab.frames)
    publisher.stop()
    feeds["BTC"].value += 1
    count = len(tab.frames)
    assert publisher.tick() == 1
    assert len(tab.frames) == count + 1


def test_what_is_asked_is_answered_in_the_publishers_own_thread():
    publisher, _ = publisher_of()
    publisher.start()
    assert publisher.ask(lambda: threading.current_thread().name) == "publisher"
    with pytest.raises(ZeroDivisionError):
        publisher.ask(lambda: 1 // 0)
    assert publisher.ask(lambda: 7) == 7
    publisher.stop()
