# Every command that a person types. `make demo` and `make test` need Python >= 3.11 and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := $(patsubst %/pyproject.toml,%,$(wildcard shared/*/pyproject.toml deploy/*/pyproject.toml services/*/pyproject.toml))
SHELL := bash
.SHELLFLAGS := -o pipefail -c
STAMP := $(VENV)/.ready
HOME_DIR ?= .standing/live

.PHONY: help setup demo test test-fast test-busy check up down status verify import drills drills-short erasure keycloak browser requests bench load requirements sbom audit golden events api deployment clean

help:            ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 16

setup: $(STAMP)  ## a virtual environment with everything in it; quick when nothing changed

$(STAMP): requirements.txt $(PACKAGES:%=%/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Standing needs Python 3.11 or newer; name one with make PYTHON=/path/to/python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned packages (about 190 MB, once)"
	@$(BIN)/python -u -m pip install --disable-pip-version-check --progress-bar off --require-hashes -r requirements.txt 2>&1 | awk \
	    -v total=$$(grep -c '==' requirements.txt) '/^Collecting/ { printf "\r  fetching %3d of %d  %-50.50s", ++n, total, $$2; fflush() } \
	    /^Installing/ { printf "\r  unpacking, a minute more%-50s", ""; fflush() } /^ERROR/ || /error:/ { print } END { print "" }'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation $(PACKAGES:%=-e %)
	@touch $@

demo: setup      ## a made-up year of a manufacturer: sent, reported, verified
	@$(BIN)/standing demo

test: setup      ## all tests, the fast ones first, two at a time
	@$(BIN)/pytest -n 2 --dist loadfile

test-fast: setup ## the tests that start nothing: a minute
	@$(BIN)/pytest -n 2 --dist loadfile -m "not parts"

test-busy: setup ## all tests beside 16 busy loops: nothing may depend on how fast the machine is; an hour or two
	@$(BIN)/python -m tests.busy 16 $(BIN)/pytest -n 2 --dist loadfile

check: setup     ## format, lint, types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

up: setup        ## PostgreSQL, Kafka and all services, until Ctrl-C
	@$(BIN)/standing up --home $(HOME_DIR)

down: setup      ## stop them
	@$(BIN)/standing down --home $(HOME_DIR)

status: setup    ## heads, lag, parked messages
	@$(BIN)/standing status --home $(HOME_DIR)

verify: setup    ## prove that logs, topics, inboxes and read models agree
	@$(BIN)/standing verify --home $(HOME_DIR)

import: setup    ## make import NAME=olist: send a real data set
	@$(BIN)/standing import $(NAME)

drills: setup    ## failure drills, ten seeds: one to two hours; goes on where it was ended; writes its table into docs/operating.md
	@$(BIN)/python -m tests.drills

drills-short: setup ## one seed, few facts, each fault once: some minutes
	@$(BIN)/python -m tests.drills --short --again

erasure: setup   ## a person is erased in the demo's year, and looked for in everything that was written: a quarter of an hour
	@$(BIN)/python -m tests.erasure

keycloak: setup  ## a journey with a real Keycloak as the issuer: fetched by Maven (180 MB, once), minutes; says why where it cannot be had
	@$(BIN)/pytest -q -s tests/keycloak/journey.py

browser: setup   ## every screen of the console in Chromium, before a whole installation; pictures in build/console
	@$(BIN)/pytest -q -m browser deploy/console

requests: setup  ## requests at the bounds, at random and in sequences to every operation, 100 a route: half an hour
	@$(BIN)/python -m tests.api

bench: setup     ## figures beside their floors, into build/bench.json; then runs over whole populations, FULL=1 at full size
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench.tiering $(if $(FULL),--customers 1000000 --orders 10000000)
	@$(BIN)/python -m tests.bench.gradings $(if $(FULL),--suppliers 10000 --records 1000000)
	@$(BIN)/python -m tests.bench.backtest $(if $(FULL),--suppliers 10000 --records 1000000)
	@$(BIN)/python -m tests.bench.credit_backtest $(if $(FULL),--debtors 10000)
	@$(BIN)/python -m tests.bench.notices $(if $(FULL),--events 100000)

load: setup      ## more than a service can do for FOR=120 seconds: memory and queues watched
	@$(BIN)/python -m tests.bench.load --seconds $(or $(FOR),120)

requirements: setup ## compile requirements.txt again
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --no-header --no-annotate --quiet --upgrade requirements.in -o requirements.txt

sbom: setup      ## the bill of materials, CycloneDX 1.6, into build/sbom.json: packages, jars of the local Kafka, files copied in
	@$(BIN)/python -m tests.supply.bill

audit: setup     ## known vulnerabilities of what is pinned, or a sentence why nobody could be asked
	@$(BIN)/python -m tests.supply.audit

golden: setup    ## write the golden samples that are missing
	@$(BIN)/python shared/contracts/tests/golden_files.py

events: setup    ## write docs/events.md and docs/asyncapi from the contracts
	@$(BIN)/python tests/docs/events_page.py
	@$(BIN)/python tests/docs/asyncapi_files.py

api: setup       ## write docs/api, the OpenAPI document of each service; refused where callers would lose something
	@$(BIN)/python -m tests.api.documents $(BREAKS)

deployment: setup ## write compose.yaml, kubernetes/ and the scrape targets from deploy/services.toml
	@$(BIN)/python -m standing.deployment

clean:           ## remove what was built; the data under .standing stays
	@rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis
