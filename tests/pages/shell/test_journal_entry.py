import pytest

from core.domain.errors import JournalError
from core.domain.units import NS_PER_S
from data.journal.journal import Journal
from data.views.footprint import FootprintSpec, footprint_view
from pages.shell.journal_entry import keep, numbers
from tests.support.market import Installed, StillSource, still_runtime
from tests.support.trades import START_NS, instrument, trades

BTC = instrument("binance.perp.BTCUSDT", tick="0.1", step="0.001")
SPEC = FootprintSpec((BTC.id,), "1m", START_NS, ticks_per_row=10)
TAPE = trades((0, 1000, 5, 1), (10, 1013, 7, -1), (20, 1012, 4, 1))


@pytest.fixture
def run(tmp_path):
    source = StillSource([BTC], now_ns=START_NS + 70 * NS_PER_S)
    with Installed(still_runtime(tmp_path, source, [(BTC, TAPE)])) as run:
        yield run


def test_the_numbers_of_a_candle_are_exact_and_have_their_units(run):
    view = footprint_view(run.engine, SPEC, now_ns=START_NS + 70 * NS_PER_S)
    # 70 % of 16 lots are 12, and the row of greatest volume has 11.
    assert numbers(view) == {
        "delta_BTC": "0.002",
        "total_BTC": "0.016",
        "min_delta_BTC": "-0.002",
        "max_delta_BTC": "0.005",
        "poc_USDT": "101.0",
        "vah_USDT": "101.0",
        "val_USDT": "100.0",
        "buy_trades": "2",
        "sell_trades": "1",
        "closed": "yes",
        "complete": "yes",
        "grade": "not proven",
    }


def test_a_candle_is_kept_as_it_is_drawn_with_the_word_for_its_source(run, tmp_path):
    keep(run, SPEC, note="=1+1 <b>", tags="low, long")
    journal = Journal(tmp_path / "journal")
    (entry,) = journal.read().entries
    assert (entry.source, entry.instruments) == ("simulated", ("binance.perp.BTCUSDT",))
    assert (entry.bars, entry.bar_ns, entry.end_ns) == ("1m", START_NS, START_NS + 60 * NS_PER_S)
    assert (entry.note, entry.tags) == ("=1+1 <b>", ("low", "long"))
    assert entry.numbers["delta_BTC"] == "0.002"
    figure = journal.figure(entry)
    texts = [row for trace in figure["data"] for row in trace.get("text") or []]
    assert any("0.007" in str(row) for row in texts)
    assert any("SIMULATED" in each["text"] for each in figure["layout"]["annotations"])


def test_a_candle_without_trades_has_no_point_of_control(run):
    later = FootprintSpec((BTC.id,), "1m", START_NS + 600 * NS_PER_S)
    kept = numbers(footprint_view(run.engine, later, now_ns=START_NS + 700 * NS_PER_S))
    assert kept["total_BTC"] == "0.000"
    assert not {"poc_USDT", "vah_USDT", "val_USDT"} & set(kept)


def test_of_a_market_of_which_nothing_has_come_there_is_nothing_to_keep(run, tmp_path):
    unknown = FootprintSpec((instrument("okx.spot.BTC-USDT").id,), "1m", START_NS)
    with pytest.raises(JournalError, match="there is no candle to keep"):
        keep(run, unknown, note="", tags="")
    assert not (tmp_path / "journal").exists()
