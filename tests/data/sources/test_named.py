from dataclasses import replace
from pathlib import Path

import pytest

from data.feeds.health import HealthBoard
from data.settings import Settings
from data.sources.named import named_source
from data.store.store import Store


@pytest.mark.parametrize(
    ("replay", "said"),
    [((), "no recording is named"), ((Path("not_there.gz"),), "not_there.gz")],
)
def test_what_cannot_be_played_says_why_and_is_no_market(tmp_path, replay, said):
    settings = replace(Settings(home=tmp_path), replay=replay)
    source = named_source(settings, Store(tmp_path), HealthBoard(), on_restart=lambda: None)
    assert source.name == "idle"
    assert source.instruments() == ()
    assert said in " ".join(source.notes())
