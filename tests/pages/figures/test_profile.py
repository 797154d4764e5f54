import numpy as np

from core.calc.profile import profile as profile_of
from core.calc.tick_volumes import TickVolumes, spread_bars, tick_volumes
from core.domain.arrays import empty_bars
from pages.figures import palette, profile
from tests.support.trades import instrument, trades

GRID = instrument(tick="1", step="1")


def drawn(*rows, **options):
    result = profile_of(tick_volumes(trades(*rows)), ticks_per_row=1)
    return profile.draw(result, GRID, **options)


def levels():
    # 18 traded, 70 % are 12.6: 102 (6), then 103 and 104 (12), then 101 and 100 (16).
    sizes = {99: -1, 100: -2, 101: 2, 102: 6, 103: -3, 104: 3, 105: 1}
    return drawn(*((0, ticks, abs(lots), np.sign(lots)) for ticks, lots in sizes.items()))


def test_rows_are_green_or_red_by_the_larger_side_and_grey_outside_the_value_area():
    by_name = {trace["name"]: trace for trace in levels().traces}
    assert by_name["More buying"]["x"].tolist() == [0, 0, 2, 6, 0, 3, 0, 0]
    assert by_name["More selling"]["x"].tolist() == [0, 2, 0, 0, 3, 0, 0, 0]
    assert by_name["Outside the value area"]["x"].tolist() == [1, 0, 0, 0, 0, 0, 1, 0]
    assert by_name["More buying"]["fillcolor"] == palette.faded(palette.BUY, 0.62)
    assert by_name["More selling"]["fillcolor"] == palette.faded(palette.SELL, 0.62)


def test_a_row_reaches_from_its_lower_edge_to_the_next_as_a_filled_step():
    trace = levels().traces[0]
    assert trace["y"].tolist() == [99, 100, 101, 102, 103, 104, 105, 106]
    assert trace["line"] == {"shape": "vh", "width": 0}
    assert trace["fill"] == "tozerox"
    assert (trace["xaxis"], trace["yaxis"]) == ("x2", "y")


def test_poc_is_solid_gold_and_the_value_area_dashed_blue_each_with_its_label():
    part = levels()
    lines = {shape["y0"]: (shape["line"]["color"], shape["line"]["dash"]) for shape in part.shapes}
    assert lines[102.0] == ("#FFA726", "solid")
    assert lines[104.0] == lines[100.0] == ("#42A5F5", "dash")
    labels = [each["text"] for each in part.annotations]
    assert labels[:3] == ["VAH 104", "VAL 100", "POC 102"]
    assert all(each["xref"] == "paper" and each["x"] == 1 for each in part.annotations[:3])


def test_volume_without_a_known_side_is_neither_green_nor_red():
    (trace,) = drawn((0, 100, 4, 0)).traces
    assert trace["name"] == "No larger side"


def test_what_is_spread_from_candles_says_so():
    words = [each["text"] for each in drawn((0, 100, 4, 1), from_klines=True).annotations]
    assert any(profile.SPREAD_NOTE in text for text in words)


def test_the_span_is_the_greatest_row():
    assert levels().span == (0.0, 6.0)


def test_an_empty_profile_draws_nothing():
    assert profile.draw(profile_of(spread_bars(empty_bars()), ticks_per_row=1), GRID).traces == []


def test_sizes_are_coins_not_lots():
    volumes = TickVolumes(100, np.array([250]), np.array([0]), np.array([0]))
    part = profile.draw(profile_of(volumes, ticks_per_row=1), instrument(tick="1", step="0.01"))
    assert part.span == (0.0, 2.5)


def test_rows_far_from_what_the_pane_shows_are_not_drawn():
    part = drawn(*((0, 1_000 + i, 1, 1) for i in range(100)), shown=(1_040, 1_050))
    edges = np.concatenate([trace["y"] for trace in part.traces])
    assert (edges.min(), edges.max()) == (1_030, 1_060)
    assert len(part.shapes) == 3
