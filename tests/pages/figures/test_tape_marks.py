from core.domain.marker import Marker, MarkerKind
from core.domain.units import NS_PER_S
from data.views.tape_marks import TapeMarksView
from pages.figures.node import texts
from pages.figures.tape_marks import MARKS, draw
from tests.support.desk import BNC, OKX
from tests.support.nodes import hovers, lines
from tests.support.trades import START_NS


def mark(kind, side, known_s, reason="Why it was found."):
    at_ns = START_NS + known_s * NS_PER_S
    return Marker(kind, side, at_ns - NS_PER_S, at_ns, 120_001, 5.0, 3.0, 0.4, reason)


def view(*of_bnc, of_okx=(), **not_ready):
    waits = {BNC.id: not_ready, OKX.id: {}}
    return TapeMarksView({BNC.id: of_bnc, OKX.id: of_okx}, {BNC.id: BNC, OKX.id: OKX}, waits)


def found(told):
    return lines(draw(told, (BNC.id, OKX.id)), "ts-finding")


def test_each_is_told_with_when_it_was_known_its_side_market_price_and_sentence():
    told = view(mark(MarkerKind.SWEEP, -1, 3, "Sold at once 12 BTC."))
    assert found(told) == ["22:13:03 ▼ SWEEP BNC perp 60,000.5 Sold at once 12 BTC."]


def test_the_newest_of_all_markets_comes_first_and_there_is_an_end():
    many = tuple(mark(MarkerKind.BURST, 1, second) for second in range(MARKS))
    late = (mark(MarkerKind.MICRO_PULLBACK, 1, 2 * MARKS),)
    told = found(view(*many, of_okx=late))
    assert len(told) == MARKS
    assert "▲ PULLBACK OKX perp" in told[0]
    assert "▲ BURST BNC perp" in told[1]


def test_what_cannot_be_judged_yet_is_said_all_of_it_under_the_mouse():
    told = view(**{"burst": "300 of 1,000 seconds", "book-sweep": "too few"})
    drawn = draw(told, (BNC.id, OKX.id))
    assert "Not judged yet: BNC perp burst: 300 of 1,000 seconds and 1 more" in texts(drawn)
    assert "Nothing was found yet." in texts(drawn)
    assert any("BNC perp book-sweep: too few" in each for each in hovers(drawn))


def test_a_market_whose_past_waits_for_the_others_is_told():
    alone = TapeMarksView({BNC.id: ()}, {BNC.id: BNC}, {BNC.id: {}})
    words = texts(draw(alone, (BNC.id, OKX.id)))
    assert "Not judged yet: OKX perp: its past is read after others" in words


def test_nothing_found_and_nothing_heard_are_two_things():
    assert "Nothing was found in the last hour." in texts(draw(view(), (BNC.id, OKX.id)))
    assert "no trade has come yet" in texts(draw(None, (BNC.id,)))
