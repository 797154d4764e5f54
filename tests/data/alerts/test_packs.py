import io
import json
import zipfile
from math import inf

import pytest

from core.domain.errors import RecordingError
from core.domain.events import Channel, Gap, Rows
from core.domain.units import NS_PER_S
from data.alerts.packs import Packs
from data.sources.recorded import RecordedSource
from tests.support.alerts import PERP, SPOT, HeldMarket, alert, rule
from tests.support.rows import book
from tests.support.trades import START_NS
from tests.support.waiting import until

AT_S = 400


@pytest.fixture
def market(tmp_path):
    market = HeldMarket(tmp_path)
    market.trade(*((each, 1000 + each, 1 + each, 1) for each in range(0, 900, 10)))
    market.quote(*((each, 990, 1010) for each in range(0, 900, 50)))
    market.quote((0, 9990, 10010), of=SPOT)
    return market.at(AT_S)


@pytest.fixture
def packs(tmp_path, market):
    packs = Packs(market, tmp_path / "alerts")
    packs.start()
    yield packs
    packs.stop()


def state(packs, made):
    return (packs.found(made.id) or {}).get("state")


def played(packs, made):
    """What a player of the pack is given: trades at their seconds, and quotes."""
    store = packs.store_of(made.id)
    ids = store.ids("simulated")
    source = RecordedSource(store, "simulated", ids, (0, 2**62), speed=inf, on_restart=lambda: None)
    events = []
    source.start(events.append)
    until(lambda: source.finished)
    source.stop()
    rows = [each for each in events if hasattr(each, "rows")]
    trades = [each for each in rows if not hasattr(each, "stream") and each.rows.size]
    at_s = [(ns - START_NS) // NS_PER_S for each in trades for ns in each.rows["ts_event_ns"]]
    quotes = sum(each.rows.size for each in rows if getattr(each, "stream", ""))
    return at_s, quotes


def closes(bars, instrument, of):
    assert (instrument.id, of.rule.instrument) == (PERP.id, PERP.id)
    return {"closes": bars["close_ticks"].tolist()}


def test_a_pack_holds_five_minutes_on_either_side_and_can_be_played(packs, market):
    made = alert(known_s=AT_S, text="<b>above</b>")
    packs.draw = closes
    packs.begin(made)
    until(lambda: state(packs, made) == "being filled")
    market.at(AT_S + 310)
    until(lambda: state(packs, made) == "complete")
    at_s, quotes = played(packs, made)
    assert at_s == list(range(100, 700, 10))
    assert quotes == 12
    said = packs.found(made.id)
    assert said["rule"]["threshold"] == 100.0
    assert said["text"] == "<b>above</b>"
    assert said["recorded"] == {str(PERP.id): {"trades": 60, "quotes": 12}}
    assert said["grade"][0]["reason"] == "ids"
    figure = json.loads((packs.store_of(made.id).root.parent / "figure.json").read_text())
    assert figure["closes"][0] == 1100


def test_a_gap_of_several_pieces_is_in_it_once(packs, market):
    gap = Gap(PERP.id, START_NS + 50 * NS_PER_S, START_NS + 380 * NS_PER_S, "lost")
    market.submit(gap)
    made = alert(known_s=AT_S)
    packs.begin(made)
    until(lambda: packs.found(made.id) and packs.store_of(made.id).sources())
    market.at(AT_S + 310)
    until(lambda: state(packs, made) == "complete")
    assert packs.store_of(made.id).gaps("simulated", PERP.id) == [gap]


def test_what_stands_beside_it_is_in_it(packs):
    made = alert(rule("basis"), known_s=90)
    packs.begin(made)
    until(lambda: state(packs, made) == "complete")
    assert set(packs.store_of(made.id).ids("simulated")) == {PERP.id, SPOT.id}


def test_a_market_that_is_replaced_cuts_it_short(packs, market):
    made = alert(known_s=AT_S)
    packs.begin(made)
    until(lambda: packs.found(made.id) and packs.store_of(made.id).sources())
    market.source.run_id = "simulated-2"
    market.new_engine()
    until(lambda: (state(packs, made) or "").startswith("cut short: the market was replaced"))
    assert played(packs, made)[0] == list(range(100, AT_S, 10))


def test_ending_tapescope_cuts_it_short_with_all_there_was(packs):
    made = alert(known_s=AT_S)
    packs.begin(made)
    until(lambda: packs.found(made.id))
    packs.stop()
    assert state(packs, made).startswith("cut short: Tapescope was closed")
    assert played(packs, made)[0] == list(range(100, AT_S + 1, 10))


def test_a_pack_that_a_crash_left_behind_says_so(packs, market, tmp_path):
    made = alert(known_s=AT_S)
    packs.begin(made)
    until(lambda: packs.found(made.id))
    assert state(Packs(market, tmp_path / "alerts"), made).startswith("cut short")


def test_a_live_markets_book_comes_from_its_recording(tmp_path):
    market = HeldMarket(tmp_path, name="live").trade((0, 1000, 1, 1), (900, 1000, 1, 1))
    levels = book(START_NS + 150 * NS_PER_S, {999: 5}, {1001: 7})
    market.store.append_rows("live", Rows(PERP, Channel.BOOK, "depth", levels))
    packs, made = Packs(market.at(800), tmp_path / "alerts"), alert(known_s=AT_S, source="live")
    packs.start()
    packs.begin(made)
    until(lambda: state(packs, made) == "complete")
    packs.stop()
    market.store.close()
    assert packs.found(made.id)["recorded"][str(PERP.id)]["book"] == 2


def test_a_pack_is_one_file_to_be_taken_away(packs):
    made = alert(known_s=90)
    packs.begin(made)
    until(lambda: state(packs, made) == "complete")
    with zipfile.ZipFile(io.BytesIO(packs.zipped(made.id))) as file:
        names = file.namelist()
        said = json.loads(file.read(f"{made.id}/alert.json"))
    assert said["id"] == made.id
    assert any("trades" in each for each in names)
    assert not any(each.endswith(".lock") for each in names)


@pytest.mark.parametrize("name", ["../../etc", "", "a/b", "nothing-1-2", "a" * 300])
def test_a_name_that_is_none_is_refused(packs, name):
    assert packs.found(name) is None
    with pytest.raises(RecordingError, match="no pack"):
        packs.zipped(name)


def test_a_folder_that_cannot_be_written_is_said(tmp_path, market):
    (tmp_path / "taken").write_text("")
    packs = Packs(market, tmp_path / "taken" / "alerts")
    packs.start()
    packs.begin(alert())
    until(lambda: packs.problem)
    packs.stop()
    assert "could not be written" in packs.problem
