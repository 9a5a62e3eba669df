# make run: set up .venv, then start the bot.  make test: run the tests.  See README.md.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: run test check lint types golden bench bench-peers picture constraints clean

run: .venv/.ready
	@$(BIN)/byline run

test: .venv/.ready-dev
	$(BIN)/python -m pytest

check: lint types test

lint: .venv/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: .venv/.ready-dev
	$(BIN)/mypy

.venv/.ready: pyproject.toml constraints.txt
	@echo "Installing Byline into .venv (about two minutes) ..."
	@$(PYTHON) -m venv .venv
	@$(PIP) --editable .
	@touch $@

.venv/.ready-dev: .venv/.ready
	@$(PIP) --editable '.[dev]'
	@touch $@

# Golden files change only through here, and their diff is read before it is committed.
golden: .venv/.ready-dev
	BYLINE_GOLDEN=write $(BIN)/python -m pytest -q -k golden

# Write down the versions that are installed now; do it in a fresh .venv.
constraints: .venv/.ready-dev
	$(BIN)/python -m pip freeze --exclude byline --exclude pip --exclude setuptools | sed "s,+cpu,," > constraints.txt

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
