import pytest

from core.domain.errors import RecordingError
from core.domain.units import NS_PER_S
from data.sources.playback import Playback
from pages.shell.replay_moment import play_moment, recorded_from
from tests.support.market import StillSource, still_runtime
from tests.support.trades import START_NS, instrument, trades

BTC, ETH = instrument(), instrument("binance.perp.ETHUSDT")
AT_NS = START_NS + 35 * NS_PER_S


@pytest.fixture
def run(tmp_path):
    run = still_runtime(tmp_path, StillSource([BTC], now_ns=START_NS))
    run.store.append("import", BTC, "aggTrade", trades((0, 1000, 5, 1), (70, 990, 4, -1)))
    run.store.append("live", BTC, "aggTrade", trades((0, 1000, 5, 1), (70, 990, 4, -1)))
    run.store.seal()
    yield run
    run.stop()


def recordings(run):
    return [each for source in run.store.sources() for each in run.store.recordings(source)]


def test_a_moment_is_found_where_it_was_recorded_live_before_anywhere_else(run):
    every = recordings(run)
    assert recorded_from(every, [BTC.id], AT_NS) == "live"
    others = [each for each in every if each.source != "live"]
    assert recorded_from(others, [BTC.id], AT_NS) == "import"


def test_a_moment_that_nobody_recorded_is_not_found(run):
    every = recordings(run)
    assert recorded_from(every, [BTC.id], START_NS + 3600 * NS_PER_S) is None
    assert recorded_from(every, [ETH.id], AT_NS) is None
    assert recorded_from(every, [BTC.id, ETH.id], AT_NS) is None


def test_the_market_becomes_what_was_recorded_around_the_moment(run):
    play_moment(run, "live", [BTC.id], AT_NS)
    assert isinstance(run.source, Playback)
    assert run.source.name == "replay"
    assert run.source.span_ns[0] <= AT_NS <= run.source.span_ns[1]


def test_a_moment_that_is_not_there_is_refused_in_words(run):
    with pytest.raises(RecordingError):
        play_moment(run, "live", [ETH.id], AT_NS)
