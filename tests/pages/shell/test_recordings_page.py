"""The Recordings page as a script: what a trader reads and what his buttons do."""

import pytest

from core.domain.units import NS_PER_S
from data.sources.none import NoSource
from pages.shell.recordings_list import CHOSEN
from tests.support.archives import ARCHIVES
from tests.support.market import Installed, StillSource, still_runtime
from tests.support.script import opened_page
from tests.support.trades import START_NS, instrument, trades

BTC = instrument()
KEY = ("live", BTC.id, "2023-11-14")
NAME = "BTCUSDT-aggTrades-2024-06-01.csv"


@pytest.fixture
def run(tmp_path):
    source = StillSource([BTC], now_ns=START_NS)
    with Installed(still_runtime(tmp_path, source)) as run:
        yield run


@pytest.fixture
def full(run):
    rows = trades((0, 1000, 5, 1), (10, 1020, 7, 1), (70, 990, 4, -1))
    run.store.append("live", BTC, "aggTrade", rows)
    run.store.seal()
    return run


def opened():
    return opened_page("recordings")


def said(page):
    kinds = ("caption", "info", "markdown", "success", "error", "warning", "code")
    return " ".join(str(each.value) for kind in kinds for each in page.get(kind))


def html(page):
    return " ".join(each.value for each in page.html)


@pytest.mark.usefixtures("run")
def test_an_empty_workspace_says_what_will_come():
    page = opened()
    assert not page.exception
    assert "Nothing is recorded yet." in said(page)


@pytest.mark.usefixtures("full")
def test_what_is_stored_is_listed():
    page = opened()
    assert not page.exception
    shown = page.dataframe[0].value
    assert shown["Instrument"].tolist() == ["BTCUSDT Binance perp"]
    assert shown["Rows"].tolist() == [3]
    assert shown["Grade"].tolist() == ["100 % by trade ids"]
    assert "Click a row of the list" in said(page)


@pytest.mark.usefixtures("full")
def test_a_simulated_market_is_not_recorded_and_cannot_be():
    page = opened()
    assert "Only the live market is recorded." in html(page)
    assert page.toggle(key="recordings_switch").disabled


@pytest.mark.usefixtures("full")
def test_a_filter_leaves_what_was_chosen():
    page = opened()
    assert page.selectbox(key="recordings_source").options == ["All sources", "live"]
    page.selectbox(key="recordings_instrument").set_value(BTC.id).run()
    assert not page.exception
    assert "1 instrument, 1 day" in said(page)


def test_the_chosen_day_is_played(full):
    asked = []
    full.play = lambda *wanted: asked.append(wanted)
    page = opened()
    page.session_state[CHOSEN] = KEY
    page.run()
    page.button(key="recordings_play").click().run()
    assert not page.exception
    assert asked == [("live", (BTC.id,), START_NS, START_NS + 71 * NS_PER_S)]


def test_the_chosen_day_is_exported_to_the_workspace(full):
    page = opened()
    page.session_state[CHOSEN] = KEY
    page.run()
    page.button(key="recordings_export").click().run()
    assert not page.exception
    (path,) = (full.settings.home / "exports").iterdir()
    assert str(path) in said(page)
    assert len(path.read_text().splitlines()) == 1 + 3


def test_deleting_asks_first_and_names_what_goes(full):
    page = opened()
    page.session_state[CHOSEN] = KEY
    page.run()
    page.button(key="recordings_delete").click().run()
    assert not page.exception
    words = said(page).replace("\\", "")
    size = full.store.recordings()[0].bytes
    assert f"BTCUSDT Binance perp, 2023-11-14, from live: trades; {size:,} bytes" in words


def test_a_day_that_is_gone_is_no_longer_offered(full):
    page = opened()
    page.session_state[CHOSEN] = KEY
    page.run()
    full.store.delete_day(*KEY)
    page.run()
    assert not page.exception
    assert "Nothing is recorded yet." in said(page)


def imported(page, *, called="binance.perp.BTCUSDT", source="import", files=(NAME,)):
    for name in files:
        page.file_uploader[0].upload(name, ARCHIVES[NAME].encode())
    page.text_input(key="recordings_called").set_value(called)
    page.text_input(key="recordings_under").set_value(source)
    press = next(each for each in page.button if each.label == "Import")
    press.click().run()
    assert not page.exception
    return said(page)


def test_an_upload_is_imported_reported_and_listed(run):
    page = opened()
    words = imported(page)
    assert r"rows kept, 0 refused" in words
    assert [each.source for each in run.store.recordings()] == ["import"]
    assert page.dataframe[0].value["Source"].tolist() == ["import"]
    assert not list(run.settings.home.glob("upload-*"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"called": "<b>"}, "not an instrument"),
        ({"source": "../up"}, "not the name of a source"),
        ({"source": "live"}, "choose another"),
        ({"files": ()}, r"No file was chosen\."),
    ],
)
def test_what_was_not_meant_so_is_a_sentence(run, changes, words):
    assert words in imported(opened(), **changes)
    assert run.store.recordings() == []


def test_the_name_of_an_upload_is_only_words(run):
    words = imported(opened(), files=("../../<img src=x>.csv",))
    assert "<img" not in words
    assert [each.name for each in run.settings.home.iterdir()] == ["recordings"]


def test_without_a_source_the_page_still_lists(full):
    full.source = NoSource("idle", "No market.")
    page = opened()
    assert not page.exception
    assert len(page.dataframe[0].value) == 1
