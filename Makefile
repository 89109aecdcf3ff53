# SAC: the commands that people and machines use. Each says yes or no by its exit code.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

PYTHON ?= $(shell command -v python3.11 || command -v python3)
WORKERS ?= 2
BIN := .venv/bin
PINNED := pyproject.toml setup.cfg constraints.txt
PAPER_PACKAGES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
TEST_PACKAGES := $(PAPER_PACKAGES) chromium postgresql poppler-utils

.PHONY: help run test check format install install-tests bench bench-quick survival vendor clean

help:
	@echo "make run          serve the product with demo data (PORT=9000 make run changes the port)"
	@echo "make test         install what tests need and run them all (ARGS=… goes to pytest)"
	@echo "make check        format, lint, types, import contracts, template lint"
	@echo "make format       rewrite the Python files in the house format"
	@echo "make bench        measure the product against the floor (make bench-quick: under 2 minutes)"
	@echo "make survival     kill, fill and starve the product, and count what was lost"
	@echo "make vendor       compile static/vendor again (needs Node)"

# The demo speaks plain http on this machine only, so it says so.
run: install
	@bash .ci/packages $(PAPER_PACKAGES) || echo "Without them everything works but the papers in PDF."
	@exec env $(if $(PORT),SAC_PORT=$(PORT)) SAC_INSECURE_HTTP="$${SAC_INSECURE_HTTP:-on}" \
		$(BIN)/python -m app.serve

test: install-tests
	$(BIN)/pytest --numprocesses=$(WORKERS) --dist=worksteal $(ARGS)

check: $(BIN)/.installed-tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	git diff --check "$$(git hash-object -t tree /dev/null)" -- . ':!static/vendor'

format: $(BIN)/.installed-tests
	$(BIN)/ruff check --fix --select I .
	$(BIN)/ruff format .

install: $(BIN)/.installed

install-tests: $(BIN)/.installed-tests
	@bash .ci/packages $(TEST_PACKAGES)

# A stamp newer than the pins means that there is nothing to install again.
$(BIN)/.installed: $(PINNED)
	bash .ci/venv "$(PYTHON)"
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(BIN)/.installed-tests: $(BIN)/.installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[test]'
	@touch $@

bench: $(BIN)/.installed-tests
	$(BIN)/python -m bench.run

bench-quick: $(BIN)/.installed-tests
	$(BIN)/python -m bench.run --quick

survival: $(BIN)/.installed-tests
	$(BIN)/python -m bench.survival

vendor:
	npm ci
	npm run build

clean:
	rm -rf .venv build *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
