from core.calc.footprint import footprint as footprint_of
from pages.figures import footprint, headline, palette
from tests.support.trades import START_NS, instrument, trades

GRID = instrument(tick="1", step="0.1")


def candle(*rows, ticks_per_row=1):
    return footprint_of(trades(*rows), open_ns=START_NS, ticks_per_row=ticks_per_row)


def three_rows():
    # 100: 10 sold; 101: 40 bought, 5 sold; 102: 2 bought
    return candle((0, 100, 10, -1), (1, 101, 40, 1), (2, 101, 5, -1), (3, 102, 2, 1))


def test_sells_that_hit_the_bid_stand_left_and_buys_that_lifted_right():
    (cells,) = footprint.draw(three_rows(), GRID).traces
    assert footprint.COLUMNS == ("Bid (sells)", "Ask (buys)", "Delta", "Total")
    assert cells["text"] == [
        ["1.0", "", "−1.0", "1.0"],
        ["0.5", "<b>4.0</b>", "+3.5", "4.5"],
        ["", "0.2", "+0.2", "0.2"],
    ]


def test_a_row_is_drawn_between_its_edges():
    part = footprint.draw(candle((0, 101, 1, 1), (1, 109, 1, 1), ticks_per_row=5), GRID)
    assert part.traces[0]["y"].tolist() == [102.5, 107.5]
    assert part.span == (100.0, 110.0)


def test_only_a_diagonal_imbalance_has_full_strength():
    (cells,) = footprint.draw(three_rows(), GRID).traces
    sells, buys = cells["z"][:, 0].tolist(), cells["z"][:, 1].tolist()
    # 40 bought at 101 against 10 sold at 100 is 4 to 1; 5 sold at 101 against 2 bought is 2.5.
    assert buys[1] == 1.0
    assert max(buys[0], buys[2]) < 0.5
    assert sells[0] == -0.42 * 10 / 40


def test_the_row_of_most_volume_has_a_golden_box_and_the_value_area_dashed_edges():
    shapes = footprint.draw(three_rows(), GRID).shapes
    (box,) = [each for each in shapes if each["line"].get("color") == palette.POC]
    assert (box["y0"], box["y1"]) == (101.0, 102.0)
    edges = {each["y0"] for each in shapes if each["line"].get("dash") == "dash"}
    assert edges == {101.0, 102.0}


def test_the_headline_has_delta_total_and_the_extremes_of_delta():
    numbers = {each["label"]: each for each in headline.draw(three_rows(), GRID)}
    assert numbers["Delta"]["text"] == "+2.7"
    assert numbers["Delta"]["colour"] == palette.BUY
    assert numbers["Total"]["text"] == "5.7"
    assert numbers["Min delta"]["text"] == "−1.0"
    assert numbers["Min delta"]["colour"] == palette.SELL
    assert numbers["Max delta"]["text"] == "+3.0"


def test_without_trades_nothing_is_drawn():
    part = footprint.draw(candle(), GRID)
    assert (part.traces, part.shapes) == ([], [])
    assert [each["text"] for each in headline.draw(candle(), GRID)] == ["0"] * 4
