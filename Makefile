# Needs make and Python 3.11+ with venv:  sudo apt-get install -y make python3-venv
# uv is used when it is there, and not missed when it is not.

PYTHON    ?= python3
PORT      ?=
SHOP_PORT ?= 8091
BIN       := .venv/bin
UV        := $(shell command -v uv 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help serve test browser lint format bench

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

# The demo shop runs beside the bot and ends with it, however the bot ends. `exec`: Ctrl-C and TERM reach the bot itself.
serve: .venv/.installed  ## the default bot on SQLite with its web chat, and a demo shop; PORT=9000 for another port
	@if [ -z "$$SHOP_API_URL" ]; then \
		$(BIN)/python -m chatbot.testing.shop --port $(SHOP_PORT) --end-with-parent & \
		export SHOP_API_URL=http://127.0.0.1:$(SHOP_PORT); \
	fi; \
	exec $(BIN)/chatbot serve $(if $(PORT),--port $(PORT))

test: .venv/.installed  ## the whole suite
	@$(BIN)/python -m pytest -n auto -r s

browser: .venv/.browser  ## once: Debian's Chromium and playwright, for the tests that look at the web chat
	@if command -v chromium >/dev/null; then \
		echo "Chromium is here: $$(command -v chromium)"; \
	elif command -v apt-get >/dev/null; then \
		sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
		echo "Installing Chromium: $$sudo apt-get install -y --no-install-recommends chromium"; \
		$$sudo apt-get update -q && \
		$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium; \
	else \
		echo "No apt-get here. Install Chromium so that 'chromium' is on the PATH, then run this again." >&2; exit 1; \
	fi

lint: .venv/.installed  ## style, types and the arrows between the rooms
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: .venv/.installed  ## put the code in order
	$(BIN)/ruff check --fix --select I
	$(BIN)/ruff format

bench: .venv/.installed  ## what a message costs
	@$(BIN)/python -m benchmarks

# What is compiled when the project is installed; hatch_build.py says how.
SOURCES := hatch_build.py $(wildcard chatbot/understanding/*.py chatbot/understanding/*.pxd chatbot/understanding/*.pyx)

# Made once; installed again when pyproject.toml or what is compiled changes.
.venv/.installed: pyproject.toml $(SOURCES) | .venv/bin/python
	@echo "Installing the project into .venv (once; about a minute)"
ifdef UV
	@$(UV) pip install --quiet --python $(BIN)/python --editable '.[embeddings,s3]' --group dev
else
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'  # older ones know no --group
	@$(BIN)/python -m pip install --quiet --editable '.[embeddings,s3]' --group dev
endif
	@$(BIN)/python hatch_build.py || true  # uv installs nothing again for a changed source; without a compiler this says so
	@touch $@

.venv/.browser: pyproject.toml | .venv/.installed
ifdef UV
	@$(UV) pip install --quiet --python $(BIN)/python --group browser
else
	@$(BIN)/python -m pip install --quiet --group browser
endif
	@touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
ifdef UV
	@$(UV) venv --quiet --python $(PYTHON) .venv
else
	@$(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo "Python's venv is missing: sudo apt-get install -y python3-venv" >&2; exit 1; }
endif
