"""What tests of several folders stand on."""

import pytest

from data.engine import Engine
from data.store.store import Store


@pytest.fixture
def engine():
    engine = Engine()
    engine.start()
    yield engine
    engine.stop()


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "recordings")
    yield store
    store.close()
