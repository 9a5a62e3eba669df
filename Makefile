# make run: set up .venv, then start the bot.  make test: run the tests.  See README.md.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check
# Files whose hash is known, and nothing that they might ask for besides.
LOCKED := --require-hashes --no-deps --requirement
TOOLS := build/tools/bin
TESTS := $(BIN)/python -m pytest -n 2 --dist worksteal
# Some tests wait for other processes, which a busy machine starves: what failed has to pass alone.
AGAIN := $(BIN)/python -m pytest --last-failed --last-failed-no-failures none

.PHONY: run test test-postgres check coverage lint types golden bench bench-peers picture docs flow router constraints lock audit clean

run: .venv/.ready
	@$(BIN)/byline run

test: .venv/.ready-dev
	$(TESTS) || $(AGAIN)

# Everything on PostgreSQL, and only there: what is about SQLite's files is skipped.
test-postgres: .venv/.ready-dev
	$(TESTS) --postgresql tests/corpus tests/retrieval tests/bot tests/telegram || $(AGAIN) --postgresql

check: lint types coverage

# The tests once more, watched: fails where corpus and retrieval are covered less than they were.
coverage: .venv/.ready-dev
	$(TESTS) --cov || { $(AGAIN) && $(BIN)/coverage report --ignore-errors --format total; }

lint: .venv/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: .venv/.ready-dev
	$(BIN)/mypy

# torch alone has no hash in the lists: its file is another one on each index (docs/security.md).
.venv/.ready: pyproject.toml constraints.txt requirements.txt
	@echo "Installing Byline into .venv (about two minutes) ..."
	@$(PYTHON) -m venv .venv
	@$(PIP) $(LOCKED) requirements.txt
	@$(PIP) --constraint constraints.txt torch
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.txt
	@$(PIP) $(LOCKED) requirements-dev.txt
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
	$(BIN)/python benchmarks/faces.py docs

# Write the tables in docs/ that the code knows better.
docs: .venv/.ready-dev
	$(BIN)/python -m tests.support.docs

# Fit the weights by which kinds of answer compete, and report on the messages held out.
router: .venv/.ready
	$(BIN)/python -m benchmarks.router tests/data/messages.jsonl --write retrieval/data/router_en.json

# Draw docs/flow.png, the rooms of the packages and what flows through them, from the imports.
flow: .venv/.ready
	$(BIN)/python -m benchmarks.flow docs

# Write down the newest versions that pyproject.toml allows, then lock them.
constraints:
	$(PYTHON) -m venv --clear build/newest
	build/newest/bin/python -m pip install --disable-pip-version-check --editable '.[dev]'
	build/newest/bin/python -m pip freeze --exclude byline --exclude pip --exclude setuptools | sed "s,+cpu,," > constraints.txt
	$(MAKE) lock

# Write the lists with hashes anew, of the versions in constraints.txt.
lock: build/tools/.ready
	$(TOOLS)/uv pip compile --quiet --constraint constraints.txt pyproject.toml --output-file requirements.txt
	$(TOOLS)/uv pip compile --quiet --constraint constraints.txt --extra postgres pyproject.toml --output-file requirements-postgres.txt
	$(TOOLS)/uv pip compile --quiet --constraint constraints.txt --extra dev pyproject.toml --output-file requirements-dev.txt
	$(TOOLS)/uv pip compile --quiet --group pyproject.toml:tools --output-file requirements-tools.txt

# What is installed (build/sbom.json, CycloneDX), under which licences, and with which known holes.
# Fails where there is one, and where the index does not tell.
audit: .venv/.ready-dev build/tools/.ready
	$(TOOLS)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-file build/sbom.json $(BIN)/python
	$(BIN)/python deploy/licences.py build/licences.md
	$(TOOLS)/pip-audit --strict --no-deps --disable-pip --requirement constraints.txt

build/tools/.ready: requirements-tools.txt
	$(PYTHON) -m venv build/tools
	build/tools/bin/python -m pip install --quiet --disable-pip-version-check $(LOCKED) requirements-tools.txt
	@touch $@

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
