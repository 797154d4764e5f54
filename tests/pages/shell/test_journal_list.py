"""The Journal page as a script: what a trader reads and what he finds."""

import pytest

from core.domain.units import NS_PER_S
from data.journal.journal import Journal
from data.views.footprint import FootprintSpec
from pages.shell.journal_entry import keep
from tests.support.market import Installed, StillSource, still_runtime
from tests.support.script import opened_page
from tests.support.trades import START_NS, instrument, trades

BTC = instrument()
SPEC = FootprintSpec((BTC.id,), "1m", START_NS)
HOSTILE = "<script>alert(1)</script> =1+1 **bold** $x$ :red[x]"


@pytest.fixture
def run(tmp_path):
    source = StillSource([BTC], now_ns=START_NS + 70 * NS_PER_S)
    tape = trades((0, 1000, 5, 1), (10, 1013, 7, -1))
    with Installed(still_runtime(tmp_path, source, [(BTC, tape)])) as run:
        yield run


def opened():
    return opened_page("journal")


def texts(page):
    return [each.value for each in page.text]


@pytest.mark.usefixtures("run")
def test_an_empty_journal_says_how_an_entry_is_made():
    page = opened()
    assert not page.exception
    assert "The journal is empty." in page.info[0].value


def test_a_note_is_shown_as_the_text_that_it_is(run):
    keep(run, SPEC, note=HOSTILE, tags="low")
    page = opened()
    assert not page.exception
    assert HOSTILE in texts(page)
    assert not any("<script>" in each.value for each in page.html)


def test_entries_are_found_by_words_and_tags(run):
    keep(run, SPEC, note="Sellers absorbed", tags="low")
    keep(run, SPEC, note="A sweep", tags="high")
    page = opened()
    assert texts(page) == ["A sweep", "Sellers absorbed"]
    page.text_input(key="journal-text").set_value("ABSORBED").run()
    assert texts(page) == ["Sellers absorbed"]
    page.text_input(key="journal-text").set_value("")
    page.multiselect(key="journal-tags").set_value(["high"]).run()
    assert texts(page) == ["A sweep"]
    page.text_input(key="journal-text").set_value("nothing like it").run()
    assert "No entry fits" in page.info[0].value


def test_a_torn_entry_is_named_and_the_others_are_shown(run, tmp_path):
    keep(run, SPEC, note="First", tags="")
    keep(run, SPEC, note="Second", tags="")
    journal = Journal(tmp_path / "journal")
    first = journal.read().entries[-1]
    (journal.folder / f"{first.id}.v1.json").write_bytes(b'{"id":')
    page = opened()
    assert not page.exception
    assert texts(page) == ["Second"]
    assert first.id in page.warning[0].value


def test_an_entry_whose_figure_is_gone_still_shows_its_numbers(run, tmp_path):
    keep(run, SPEC, note="First", tags="")
    for path in (tmp_path / "journal").glob("*.figure.json"):
        path.unlink()
    page = opened()
    assert not page.exception
    assert "figure of this entry cannot be read" in page.warning[0].value
    assert any("0.012" in each.value for each in page.html)


def test_a_note_that_became_too_long_is_refused_by_name_and_stays_in_its_field(run, tmp_path):
    keep(run, SPEC, note="First", tags="low")
    page = opened()
    edit = f"edit-{Journal(tmp_path / 'journal').read().entries[0].id}"
    page.button(key=edit).click().run()
    (note,) = page.text_area
    assert note.max_chars == 0, "the browser would cut what is pasted, and say nothing"
    note.set_value("W" * 4001)
    page.button(key="journal-save").click()
    page.button(key=edit).click().run()  # here the whole page runs: the dialog is opened again
    (refused,) = page.error
    assert "the note has 4,001 letters; at most 4,000 are kept" in refused.value
    assert page.text_area[0].value == "W" * 4001
    (kept,) = Journal(tmp_path / "journal").read().entries
    assert (kept.note, kept.version) == ("First", 1)


def test_more_entries_than_fit_wait_behind_a_button(run):
    for index in range(12):
        keep(run, SPEC, note=f"Note {index}", tags="")
    page = opened()
    assert len(texts(page)) == 10
    page.button(key="journal-more").click().run()
    assert len(texts(page)) == 12


def test_a_moment_that_is_not_recorded_cannot_be_replayed_and_says_so(run):
    keep(run, SPEC, note="First", tags="")
    (button,) = [each for each in opened().button if each.label == "Replay"]
    assert button.disabled
    assert "not recorded" in button.help


def test_a_moment_that_is_recorded_can_be_replayed(run):
    run.store.append("live", BTC, "aggTrade", trades((0, 1000, 5, 1), (10, 1013, 7, -1)))
    run.store.seal()
    keep(run, SPEC, note="First", tags="")
    (button,) = [each for each in opened().button if each.label == "Replay"]
    assert not button.disabled
    button.click().run()
    assert run.source.name == "replay"
    run.source.stop()
