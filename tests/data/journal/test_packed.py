import msgspec
import pytest

from core.domain.errors import JournalError
from data.journal.packed import BEGINS, ENDS, Packed, compared, packed_json, unpacked
from tests.data.journal.test_entry import entry

HOSTILE = '</script><script>alert(1)</script> <!-- & "\u2028'
FIGURE = {"data": [{"y": [1, None, 0.1]}], "layout": {"title": HOSTILE}}


def test_what_was_packed_is_read_again_exactly_from_json_and_from_a_page():
    entries = [entry(note=HOSTILE), entry(id="2", tags=("<b>",))]
    block = packed_json(entries, {"1": FIGURE})
    page = f"<html>{BEGINS}{block.decode()}{ENDS}<script>x</script></html>".encode()
    for each in (block, page):
        found = unpacked(each)
        assert found.entries == tuple(entries)
        assert found.figures == {"1": FIGURE}


def test_packed_text_cannot_end_the_element_that_it_stands_in():
    block = packed_json([entry(note=HOSTILE)], {"1": FIGURE})
    assert b"<" not in block
    assert b">" not in block


@pytest.mark.parametrize(
    "block", [b"", b"<html></html>", b"[]", b'{"entries": []}', b"[" * 100_000, b"\xff\x00"]
)
def test_another_file_is_refused_by_name(block):
    with pytest.raises(JournalError, match="this is not an exported journal"):
        unpacked(block)


def test_another_format_is_refused_by_its_name():
    other = msgspec.json.encode(Packed(format="x-2", entries=(), figures={}))
    with pytest.raises(JournalError, match="its format is 'x-2'"):
        unpacked(other)


def test_two_journals_are_compared_entry_by_entry():
    here = Packed(
        entries=(entry(id="1"), entry(id="2"), entry(id="3"), entry(id="4")), figures={"3": FIGURE}
    )
    there = Packed(
        entries=(entry(id="1"), entry(id="2", note="other"), entry(id="3"), entry(id="5")),
        figures={},
    )
    result = compared(here, there)
    assert result.same == ("1",)
    assert result.changed == ("2", "3")
    assert (result.only_here, result.only_there) == (("4",), ("5",))
