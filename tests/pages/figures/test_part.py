from pages.figures.part import corner_note, foot_note, stacked


def note(text, x=0.004):
    return corner_note(text, x=x, xref="x domain", xanchor="left")


def test_notes_of_one_corner_stand_under_one_another_and_others_stay():
    label = {"text": "POC", "x": 1, "xref": "paper", "y": 0.995, "yref": "y"}
    found = stacked([note("one"), label, note("two"), note("right", x=0.9)])
    assert [each["text"] for each in found] == ["one<br>two", "POC", "right"]


def test_notes_themselves_stay_as_they_were():
    first = note("one")
    stacked([first, note("two")])
    assert first["text"] == "one"


def test_notes_at_the_foot_stand_upon_one_another_and_apart_from_those_at_the_top():
    found = stacked([foot_note("hatched"), note("one"), foot_note("pale")])
    assert [each["text"] for each in found] == ["hatched<br>pale", "one"]
    assert [each["yanchor"] for each in found] == ["bottom", "top"]


def test_what_two_notes_of_a_corner_say_is_said_once():
    found = stacked([note("longs 5<br>some are told"), note("shorts 2<br>some are told")])
    assert [each["text"] for each in found] == ["longs 5<br>some are told<br>shorts 2"]
