"""What tests of several folders stand on."""

import os

import pytest

from core.calc import compiled
from data.engine import Engine
from data.kernels import compile_and_use
from data.store.store import Store
from tests.support.book_events import START_NS

os.environ["TAPESCOPE_COMPILE"] = "off"  # compiling takes as long as many tests; see kernels


@pytest.fixture(scope="session")
def compiled_folder(tmp_path_factory):
    """Where the kernels of this session are kept."""
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture(scope="session")
def kernels(compiled_folder):
    """The compiled forms, made once a session; calculators do not use them unless told."""
    assert compile_and_use(compiled_folder)
    forms = compiled.in_use()
    compiled.use({})
    return forms


@pytest.fixture
def engine():
    engine = Engine()
    engine.start()
    yield engine
    engine.stop()


@pytest.fixture
def book_engine():
    """An engine that keeps books; what they ask of a source is not heard."""
    engine = Engine()
    engine.follow(lambda *_: None, now_ns=lambda: START_NS)
    engine.start()
    yield engine
    engine.stop()


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "recordings")
    yield store
    store.close()
