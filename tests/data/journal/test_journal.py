import pytest

from core.domain.errors import JournalError
from data.journal.journal import Journal

NS = 1_700_000_000_000_000_000
FACTS = {
    "source": "simulated",
    "instruments": ("binance.perp.BTCUSDT",),
    "bars": "1m",
    "bar_ns": NS,
    "end_ns": NS + 60_000_000_000,
    "numbers": {"delta_BTC": "-7.490", "poc_USDT": "96094.0"},
}
FIGURE = {"data": [{"type": "bar", "y": [1, None, 2.5]}], "layout": {"height": 560}}


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "journal")


def added(journal, note="A note", tags="long, low", now_ns=NS):
    return journal.add(FACTS, FIGURE, note=note, tags=tags, now_ns=now_ns)


def test_an_empty_journal_is_no_error(journal):
    assert journal.read() == type(journal.read())((), ())


def test_an_entry_is_read_again_as_it_was_kept_with_its_figure(journal):
    made = added(journal)
    (read,) = Journal(journal.folder).read().entries
    assert read == made
    assert (read.note, read.tags, read.version) == ("A note", ("long", "low"), 1)
    assert read.numbers == {"delta_BTC": "-7.490", "poc_USDT": "96094.0"}
    assert list(read.numbers) == ["delta_BTC", "poc_USDT"]
    assert journal.figure(read) == FIGURE


def test_the_newest_entry_comes_first_and_two_of_one_instant_are_two(journal):
    ids = [added(journal, now_ns=at).id for at in (NS, NS + 1, NS)]
    assert len(set(ids)) == 3
    assert [each.made_ns for each in journal.read().entries] == [NS + 1, NS, NS]


def test_a_change_is_a_new_version_and_the_earlier_one_stays(journal):
    made = added(journal)
    changed = journal.change(made, note="Another", tags="", now_ns=NS + 5)
    (read,) = journal.read().entries
    assert read == changed
    assert (read.note, read.tags, read.version, read.made_ns) == ("Another", (), 2, NS)
    assert journal.history(read) == (made,)


def test_a_deletion_hides_an_entry_and_keeps_its_files(journal):
    made = added(journal)
    before = sorted(path.name for path in journal.folder.iterdir())
    journal.delete(made, now_ns=NS + 5)
    assert journal.read().entries == ()
    assert set(before) < {path.name for path in journal.folder.iterdir()}


def test_two_who_change_the_same_version_do_not_lose_either_ones_words(journal):
    made = added(journal)
    journal.change(made, note="First", tags="", now_ns=NS + 5)
    with pytest.raises(JournalError, match="changed meanwhile"):
        journal.change(made, note="Second", tags="", now_ns=NS + 6)
    assert journal.read().entries[0].note == "First"


@pytest.mark.parametrize("torn", [b"", b'{"id":"17', b"\xff\xfe", b"[" * 100_000, b"{}"])
def test_a_torn_entry_is_named_and_the_others_are_shown(journal, torn):
    broken, whole = added(journal, now_ns=NS), added(journal, now_ns=NS + 1)
    (journal.folder / f"{broken.id}.v1.json").write_bytes(torn)
    read = journal.read()
    assert read.entries == (whole,)
    (problem,) = read.problems
    assert problem.startswith(f"{broken.id}.v1.json cannot be read (")


def test_of_a_torn_version_the_one_before_is_shown(journal):
    made = added(journal)
    journal.change(made, note="Another", tags="", now_ns=NS + 5)
    (journal.folder / f"{made.id}.v2.json").write_bytes(b'{"id"')
    read = journal.read()
    assert read.entries == (made,)
    assert len(read.problems) == 1


def test_an_entry_under_another_ones_name_is_named(journal):
    made = added(journal)
    (journal.folder / "5.v1.json").write_bytes((journal.folder / f"{made.id}.v1.json").read_bytes())
    read = journal.read()
    assert read.entries == (made,)
    assert read.problems == ("5.v1.json is of another entry than its name says",)


@pytest.mark.parametrize("torn", [None, b"", b"[]", b'{"data": 1, "layout": {}}', b"[" * 100_000])
def test_a_figure_that_is_torn_or_gone_is_none_and_the_entry_stays(journal, torn):
    made = added(journal)
    path = journal.folder / f"{made.id}.figure.json"
    path.unlink() if torn is None else path.write_bytes(torn)
    assert journal.figure(made) is None
    assert journal.read().entries == (made,)


def test_a_refused_note_leaves_nothing_behind(journal):
    with pytest.raises(JournalError, match="at most 4,000"):
        added(journal, note="x" * 10_000)
    assert not journal.folder.exists()


def test_a_folder_that_cannot_be_written_is_told_in_words(tmp_path):
    (tmp_path / "journal").write_text("a file", encoding="utf-8")
    with pytest.raises(JournalError, match="the entry was not kept"):
        added(Journal(tmp_path / "journal"))


def test_files_of_others_in_the_folder_are_left_alone(journal):
    made = added(journal)
    (journal.folder / "notes.json").write_text("mine", encoding="utf-8")
    assert journal.read().entries == (made,)
    assert journal.read().problems == ()
