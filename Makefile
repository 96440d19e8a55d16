# Each target does all of its own set-up; Python (3.10 to 3.13) and make are enough.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
export PATH := $(abspath $(BIN)):$(PATH)

.PHONY: demo crawl test check format clean

$(BIN)/.ready: requirements.txt requirements-dev.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet -r requirements.txt -r requirements-dev.txt
	touch $@

demo: $(BIN)/.ready  ## crawl the sample site and show what was archived
	$(BIN)/python -m tests.demo

crawl: $(BIN)/.ready  ## archive the live site, politely (NEWSARCHIVE_STORE says where; default ./archive)
	$(BIN)/scrapy crawl southfront

test: $(BIN)/.ready  ## the tests that need nothing but this checkout
	$(BIN)/pytest -q

check: $(BIN)/.ready  ## format, lint, types, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -q

format: $(BIN)/.ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) demo build dist *.egg-info
