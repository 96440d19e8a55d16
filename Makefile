# Each target does all of its own set-up; Python (3.10 to 3.13) and make are enough.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
export PATH := $(abspath $(BIN)):$(PATH)

# Markers of the tests that need a real WordPress, S3 server, Scrapyd, PostgreSQL, browser or other tools, or that kill crawls.
REAL = wordpress or s3 or kill or chromium or scrapyd or recipes or container or fleet

.PHONY: demo crawl test test-real fuzz nightly lint check format clean deploy browse lock test-pythons

$(BIN)/.ready: requirements.txt requirements-dev.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet -r requirements.txt -r requirements-dev.txt
	touch $@

demo: $(BIN)/.ready  ## crawl the sample site and show what was archived
	@$(BIN)/python -m tests.demo

crawl: $(BIN)/.ready  ## archive the live site, politely (NEWSARCHIVE_STORE says where; default ./archive)
	$(BIN)/scrapy crawl southfront

test: $(BIN)/.ready  ## the tests that need nothing but this checkout
	$(BIN)/pytest -q -m "not ($(REAL))"

test-real: $(BIN)/.ready  ## the tests that need a real WordPress, S3 server or browser, or kill the crawl over and over
	$(BIN)/pytest -q -m "$(REAL)"

nightly: $(BIN)/.ready  ## two hundred crawls killed -9 at random moments, and what they left
	$(BIN)/python -m tests.kill.trial --trials 200

SECONDS ?= 80

fuzz: $(BIN)/.ready  ## coverage-guided fuzzing of every parser and of the page rules, SECONDS in all
	@$(BIN)/pip install --quiet --only-binary :all: --target build/fuzz/site "atheris>=3,<4" 2>/dev/null \
		&& PYTHONPATH=build/fuzz/site $(BIN)/python -m tests.fuzz.explore --seconds $(SECONDS) \
		|| { [ ! -d build/fuzz/site/atheris ] && echo "fuzz: skipped, PyPI has no atheris for this Python and machine; tests/fuzz runs without it"; }

lint: $(BIN)/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/hadolint Containerfile

check: lint test  ## format, lint, types, tests

format: $(BIN)/.ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) demo build dist *.egg-info

DEPLOY ?= build/deploy

$(DEPLOY)/.ready: requirements-deploy.txt
	$(PYTHON) -m venv $(DEPLOY)
	$(DEPLOY)/bin/pip install --quiet -r requirements-deploy.txt
	touch $@

deploy: $(DEPLOY)/.ready  ## build the egg and upload it to the Scrapyd of scrapy.cfg, the time as its version
	$(DEPLOY)/bin/scrapyd-deploy $(TARGET)

$(BIN)/.browse: $(BIN)/.ready requirements-browse.txt
	$(BIN)/pip install --quiet -r requirements-browse.txt
	touch $@

browse: $(BIN)/.browse  ## read and search the archive in a web browser, on http://127.0.0.1:8001/
	@if [ -z "$$NEWSARCHIVE_STORE$(filter --store --store=% --only-serve,$(BROWSE))" ] && [ ! -d archive ]; then \
		[ -d demo/archive ] || $(BIN)/python -m tests.demo; \
		echo "There is no archive here yet: this is the one of the sample site."; export NEWSARCHIVE_STORE=demo/archive; fi; \
	exec $(BIN)/scrapy browse $(BROWSE)

build/lock/bin/uv:
	$(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet "uv>=0.9"

COMPILE = build/lock/bin/uv pip compile --quiet --universal --upgrade --python-version 3.10 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock"

lock: build/lock/bin/uv  ## both locks anew: what running, alone and as a fleet, needs, exactly, with its hashes, for Python 3.10 to 3.13
	sed '/^# --- what testing alone/,$$d' requirements.txt | $(COMPILE) --output-file requirements.lock -
	$(COMPILE) --constraint requirements.lock --output-file requirements-fleet.lock requirements-fleet.txt

test-pythons:  ## the fast tests on each of Python 3.10 to 3.13 that is on this machine
	tests/pythons.sh
