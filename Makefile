# Two commands: 'make run' shows the example map, 'make test' checks everything.
PYTHON ?= python3
PORT   ?= 8050
HOST   ?= 127.0.0.1
LEDGER ?= sqlite:///frontline.db
BIN    := .venv/bin
PIP    := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check

# pip compiles on one core. Some packages carry templates that are no Python: those are left as they are.
COMPILE := $(BIN)/python -m compileall -qq -j 0 .venv/lib || true

.PHONY: run test bench pictures lock format checks browser postgresql clean

run: .venv/ready
	@$(BIN)/frontline serve --host $(HOST) --port $(PORT) --ledger "$(LEDGER)" --load examples/hama-2024

test: .venv/ready-to-test browser postgresql
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

bench: .venv/ready-to-test browser
	@$(BIN)/python bench.py

pictures: .venv/ready-to-test browser
	@$(BIN)/python docs/pictures/take.py

format: .venv/ready-to-test
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# The environment is made anew only when what it is made from changed.
.venv/ready: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what Frontline needs into .venv (once)"
	@$(PIP) install --no-compile --require-hashes -r requirements.lock
	@$(COMPILE)
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-to-test: .venv/ready requirements-test.lock
	@echo "Installing what the tests need into .venv (once)"
	@$(PIP) install --no-compile --require-hashes -r requirements-test.lock
	@$(COMPILE)
	@touch $@

# Debian's chromium, when we may install it; otherwise one line that says what is left out.
browser:
	@if command -v chromium >/dev/null && fc-list 2>/dev/null | grep -qi "NotoSansArabic"; then :; \
	elif [ -f /etc/debian_version ] && [ "$$(id -u)" = 0 ]; then \
	  echo "Installing chromium and Noto fonts for the browser tests (once)"; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-core fontconfig; } >/dev/null; \
	else echo "No Chromium with Arabic fonts: 'sudo apt-get install chromium fonts-noto-core' brings them; tests marked 'browser' are left out"; fi

# Debian's PostgreSQL, likewise; the tests run it on a data folder and a port of their own.
postgresql:
	@if ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null; then :; \
	elif [ -f /etc/debian_version ] && [ "$$(id -u)" = 0 ]; then \
	  echo "Installing PostgreSQL for the tests of a shared ledger (once)"; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql; } >/dev/null; \
	else echo "No PostgreSQL: 'sudo apt-get install postgresql' brings it; the tests on it are left out"; fi

LOCK := $(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-header \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

lock: .venv/ready-to-test
	@$(PIP) install pip-tools
	@$(LOCK) --extra build --output-file requirements.lock pyproject.toml
	@$(LOCK) --extra build --extra test --constraint requirements.lock --output-file requirements-test.lock pyproject.toml

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
