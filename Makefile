# The one interface. PYTHON, VENV and PORT may be set: make run PORT=8600
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: run dev check test test-browser bench soak screenshots

run: $(VENV)/.run ## install what the explorer needs and open it
	$(BIN)/streamlit run app.py $(if $(PORT),--server.port $(PORT))

dev: $(VENV)/.test ## the same, started again on every edit
	$(BIN)/streamlit run app.py --server.fileWatcherType=auto

check: $(VENV)/.test ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check ## install what the tests need and run them all
	$(BIN)/python -m pytest

test-browser: $(VENV)/.test ## only the tests in Chromium
	$(BIN)/python -m pytest -m browser -s

bench: $(VENV)/.test ## every figure, beside its rival
	$(BIN)/python -m tests.bench

soak: $(VENV)/.test ## the long ones
	$(BIN)/python -m pytest -m soak -s

screenshots: $(VENV)/.test ## docs/*.png from the simulated market
	$(BIN)/python -m scripts.screenshots

$(VENV)/.run: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.test: requirements.txt tests/requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	touch $@ $(VENV)/.run
