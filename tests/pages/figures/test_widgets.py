from core.domain.instrument import Venue
from pages.figures import widgets
from pages.figures.node import texts


def test_a_card_of_what_is_not_live_is_greyed_and_says_so():
    card = widgets.card("Basis", widgets.said("5 bps"), off="stale since 12:00:01 UTC")
    assert card.classes == "ts-card ts-is-off"
    assert texts(card) == ["Basis", "stale since 12:00:01 UTC", "5 bps"]


def test_a_number_that_is_not_known_is_a_dash_and_never_a_zero():
    assert texts(widgets.stat("Open interest", "")) == ["Open interest", "–"]
    assert texts(widgets.number("")) == ["–"]
    assert widgets.missing("nothing is held").attributes == {"title": "nothing is held"}


def test_a_table_has_its_numbers_on_the_right_and_rows_that_can_be_picked():
    rows = [widgets.row(widgets.cell("BTC"), widgets.number("5"), pick="btc")]
    table = widgets.table(("Coin", "#Value"), rows, name="coins")
    head, body = table.kids
    assert [cell.classes for cell in head.kids[0].kids] == ["", "ts-num"]
    assert body.kids[0].attributes == {"data-pick": "btc"}
    assert texts(table) == ["Coin", "Value", "BTC", "5"]


def test_every_venue_has_a_code_of_three_letters():
    codes = [texts(widgets.venue_code(venue))[0] for venue in Venue]
    assert codes == ["BNC", "OKX", "BBT"]
