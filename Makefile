# make run: set up .venv, then start the bot.  make test: run the tests.  See README.md.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt

.PHONY: run test check coverage lint types golden bench bench-peers picture docs flow router constraints clean

run: .venv/.ready
	@$(BIN)/byline run

test: .venv/.ready-dev
	$(BIN)/python -m pytest -n 2 --dist loadscope

check: lint types coverage

# The tests once more, watched: fails where corpus and retrieval are covered less than they were.
coverage: .venv/.ready-dev
	$(BIN)/python -m pytest -n 2 --dist loadscope --cov

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

# Figures of this machine. Give an archive of your own: make bench ARCHIVE=~/byline QUESTIONS=q.txt
ARCHIVE ?= benchmarks/out/sample
QUESTIONS ?=
ARTICLES ?= corpus/sample/articles.jsonl
SIZES ?= 1000 7000
BENCH := benchmarks/.venv/bin/python

bench: bench-peers
	BYLINE_HOME=benchmarks/out/sample $(BENCH) -m bot add corpus/sample/articles.jsonl
	$(BENCH) benchmarks/indexing.py $(ARTICLES)
	$(BENCH) benchmarks/questions.py --home $(ARCHIVE) $(QUESTIONS)
	$(BENCH) benchmarks/lexical.py --home $(ARCHIVE) $(QUESTIONS)
	$(BENCH) benchmarks/peers.py --home $(ARCHIVE) $(QUESTIONS)
	$(BENCH) benchmarks/freshness.py --home $(ARCHIVE) $(QUESTIONS)
	$(BENCH) benchmarks/growth.py --home $(ARCHIVE) $(QUESTIONS) $(addprefix --size ,$(SIZES)) --plot benchmarks/out/growth.png

bench-peers: benchmarks/.venv/.ready

benchmarks/.venv/.ready: benchmarks/peers.txt constraints.txt pyproject.toml
	$(PYTHON) -m venv benchmarks/.venv
	$(BENCH) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable . --requirement benchmarks/peers.txt
	@touch $@

# Draw docs/*.png of chats from real replies; Chromium is the one in PATH, or the one CHROMIUM names.
picture: .venv/.ready
	$(BIN)/python benchmarks/picture.py docs

# Write the tables in docs/ that the code knows better.
docs: .venv/.ready-dev
	$(BIN)/python -m tests.support.docs

# Fit the weights by which kinds of answer compete, and report on the messages held out.
router: .venv/.ready
	$(BIN)/python -m benchmarks.router tests/data/messages.jsonl --write retrieval/data/router_en.json

# Draw docs/flow.png, the rooms of the packages and what flows through them, from the imports.
flow: .venv/.ready
	$(BIN)/python -m benchmarks.flow docs

# Write down the versions that are installed now; do it in a fresh .venv.
constraints: .venv/.ready-dev
	$(BIN)/python -m pip freeze --exclude byline --exclude pip --exclude setuptools | sed "s,+cpu,," > constraints.txt

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
