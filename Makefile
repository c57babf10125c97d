# `make` alone lists the targets. Needed: GNU make and Python 3.11, 3.12 or 3.13, nothing else.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

VENV ?= .venv
BIN := $(VENV)/bin
# Those that all our libraries have wheels for. The first that is there; or say which: make run PYTHON=/path/to/python
PYTHONS := python3.11 python3.12 python3.13
PYTHON_FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in $(PYTHONS) python3; do $$p -c '$(PYTHON_FITS)' 2>/dev/null && echo $$p && break; done)
UV := $(BIN)/uv
# Processes that share the tests, a file at a time.
WORKERS ?= 2
INSTALL := $(UV) pip install --quiet --python $(BIN)/python --require-hashes
EDITABLE := $(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable clients/python --editable .

# One locked set for each container, from the extras of pyproject.toml; all agree with stack.txt.
SETS := gateway catalog classifier similarity model-build
EXTRAS_gateway := --extra gateway
EXTRAS_catalog := --extra catalog
EXTRAS_classifier := --extra classifier
EXTRAS_similarity := --extra milvus
EXTRAS_model-build := --extra build
# Servers of the Open Inference Protocol that nobody here wrote; each has an environment of its own, under .cache.
SERVERS := mlserver kserve
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock" $(UPGRADE)

.PHONY: faults corpus docs clients clients-drift web web-dev web-check help run demo dev test test-fast coverage test-servers mutants lint format contracts clients-check contract-fuzz lock bench-memory bench-inference bench-search bench-search-large bench-quality bench-web clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/stack.stamp ## install what is missing and run the whole stack (PICTOR_DATA, PICTOR_PORT, PICTOR_WEIGHTS)
	@$(BIN)/pictor up

demo: $(VENV)/stack.stamp .cache/demo/.stamp ## bring some free pictures into the stack, started if need be, and open the page
	@$(BIN)/python -m scripts.demo --painter .cache/demo/bin/python

.cache/demo/.stamp: requirements/demo.txt $(UV)
	@echo "installing the pictures of the demo"
	@$(UV) venv --quiet --clear --python $(BIN)/python .cache/demo
	@$(UV) pip install --quiet --python .cache/demo/bin/python --require-hashes -r $<
	@touch $@

dev: $(VENV)/dev.stamp ## the same for who works on Pictor: a service whose files change is started again
	@$(BIN)/pictor up --reload

test: $(VENV)/dev.stamp ## run all tests (ARGS="tests/stack -k name" for some)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

# No model is built for these, and TensorFlow is not loaded: tests/conftest.py sees to it.
FAST := tests/kit tests/protocol tests/gateway tests/contract tests/docs tests/deploy tests/vision/labels tests/vision/batching

test-fast: $(VENV)/dev.stamp ## run the tests that need no model
	@PICTOR_TESTS=fast $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(FAST) $(ARGS)

coverage: $(VENV)/dev.stamp ## the same with the lines and branches that they run, and a floor for them
	@mkdir -p .cache
	@PICTOR_TESTS=fast $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(FAST) \
		--cov=services.gateway --cov=services.kit --cov=services.protocol --cov-report=term $(ARGS)

# Generated outside: the generator formats by the settings that it finds above its folder. It has an environment of its own.
CORE := clients/python/pictor_client/core
GENERATE = made=$$(mktemp -d) && trap 'rm -rf "$$made"' EXIT && PATH="$(CURDIR)/.cache/clients/bin:$$PATH" openapi-python-client generate \
	--path contracts/openapi/public.json --meta none --fail-on-warning --output-path "$$made/core" >/dev/null && rm -rf "$$made/core/.ruff_cache"

# The TypeScript part is done where npm is.
TYPESCRIPT := $(if $(shell command -v npm),clients/typescript/node_modules/.stamp)
TYPES := clients/typescript/src/core/schema.ts
GENERATE_TYPES = npm run --silent --prefix clients/typescript core --
NO_NPM := clients/typescript: no npm on this machine

clients: .cache/clients.stamp $(TYPESCRIPT) ## generate the cores of clients/ again from contracts/openapi/public.json
	@$(GENERATE) && rm -rf $(CORE) && cp -r "$$made/core" $(CORE)
	@$(if $(TYPESCRIPT),$(GENERATE_TYPES) $(CURDIR)/$(TYPES) >/dev/null,echo "$(NO_NPM); not generated again")

clients-drift: .cache/clients.stamp $(TYPESCRIPT) ## see that the cores of clients/ are those of contracts/openapi/public.json
	@$(GENERATE) && diff -rq -x __pycache__ "$$made/core" $(CORE) && echo "clients/python has the core of the contract"
	@$(if $(TYPESCRIPT),made=$$(mktemp -d) && trap 'rm -rf "$$made"' EXIT && $(GENERATE_TYPES) "$$made/schema.ts" >/dev/null && \
		diff -q "$$made/schema.ts" $(TYPES) && echo "clients/typescript has the core of the contract",echo "$(NO_NPM); not compared")

.cache/clients.stamp: requirements/clients.txt $(UV)
	@mkdir -p .cache
	@$(UV) venv --quiet --clear --python $(BIN)/python .cache/clients
	@$(UV) pip install --quiet --python .cache/clients/bin/python --require-hashes -r $<
	@touch $@

# The remote engine against servers of the Open Inference Protocol that nobody here wrote, serving the same packages.
test-servers: $(VENV)/dev.stamp $(SERVERS:%=.cache/servers/%.stamp) ## run the remote engine's suite against MLServer and KServe
	@PICTOR_TEST_SERVERS="$(SERVERS)" $(BIN)/python -m pytest tests/vision/engines/test_congruence.py $(ARGS)

.cache/servers/%.stamp: requirements/%.txt $(UV)
	@echo "installing $*"
	@mkdir -p $(@D)
	@$(UV) venv --quiet --clear --python $(BIN)/python $(@D)/$*
	@$(UV) pip install --quiet --python $(@D)/$*/bin/python --require-hashes -r $<
	@touch $@

mutants: $(VENV)/dev.stamp ## take bounds, back-offs and guards away one by one: a test must notice each; about five minutes
	@$(BIN)/python -m tests.mutation

faults: $(VENV)/dev.stamp ## kills, crashes, full disks and bad networks, then the invariants (ARGS="--faults 200 --seed 1")
	@$(BIN)/python -m tests.faults $(ARGS)

lint: $(VENV)/dev.stamp ## check style, types and the arrows between packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/dev.stamp ## rewrite the code in the one format
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

clients-check: $(VENV)/dev.stamp ## generate, compile and run clients in ten languages (ARGS="--only go"); needs Java, Maven, npm; some minutes
	@$(BIN)/python -m tests.clients $(ARGS)

contract-fuzz: $(VENV)/dev.stamp ## send what fits the contract and what does not to a live stack (Schemathesis); some ten minutes
	@$(BIN)/python -m tests.clients.fuzzing $(ARGS)

contracts: $(VENV)/dev.stamp ## generate contracts/openapi again from the code
	$(BIN)/pictor openapi

docs: .cache/docs/.stamp ## build the site of docs/ into .cache/site
	@NO_MKDOCS_2_WARNING=1 .cache/docs/bin/mkdocs build --strict
	@echo "the site is in .cache/site: open .cache/site/index.html"

.cache/docs/.stamp: requirements/docs.txt $(UV)
	@echo "installing what builds the site"
	@$(UV) venv --quiet --clear --python $(BIN)/python .cache/docs
	@$(UV) pip install --quiet --python .cache/docs/bin/python --require-hashes -r $<
	@touch $@

web: web/node_modules/.stamp clients/typescript/node_modules/.stamp ## build the page of web/ into services/gateway/page (needs Node 20)
	@cd web && npm run --silent build

web-dev: web/node_modules/.stamp clients/typescript/node_modules/.stamp ## serve the page while it is worked on, before a stack that runs (PICTOR_URL)
	@cd web && npm run --silent dev

web-check: web/node_modules/.stamp clients/typescript/node_modules/.stamp ## see that services/gateway/page is the build of web/
	@built=$$(mktemp -d) && trap 'rm -rf "$$built"' EXIT && (cd web && npm run --silent build -- --outDir "$$built/page" \
		--logLevel error) && diff -rq "$$built/page" services/gateway/page && echo "the page is the build of web/"

%/node_modules/.stamp: %/package-lock.json
	@cd $* && npm ci --silent && touch node_modules/.stamp

lock: $(UV) ## pin all requirements again (UPGRADE=--upgrade for the newest versions)
	$(COMPILE) --output-file requirements/bootstrap.txt requirements/bootstrap.in
	$(COMPILE) --output-file requirements/stack.txt pyproject.toml clients/python/pyproject.toml --extra stack --extra command
	$(foreach set,$(SETS),$(COMPILE) --constraint requirements/stack.txt $(EXTRAS_$(set)) \
		--output-file requirements/$(set).txt pyproject.toml$(newline))
	$(COMPILE) --constraint requirements/stack.txt --extra stack --extra milvus --extra command \
		--output-file requirements/dev.txt pyproject.toml clients/python/pyproject.toml requirements/dev.in
	$(COMPILE) --output-file requirements/clients.txt requirements/clients.in
	$(COMPILE) --output-file requirements/docs.txt requirements/docs.in
	$(COMPILE) --constraint requirements/stack.txt --output-file requirements/demo.txt requirements/demo.in
	$(foreach server,$(SERVERS),$(COMPILE) --output-file requirements/$(server).txt requirements/$(server).in$(newline))

bench-memory: $(VENV)/dev.stamp ## measure what the idle stack takes
	@$(BIN)/python -m benchmarks.memory

bench-inference: $(VENV)/dev.stamp ## measure inference against what else there is (ARGS="--rounds 3"); about half an hour
	@$(BIN)/python -m benchmarks.inference.precisions
	@$(BIN)/python -m benchmarks.inference.ingest
	@$(BIN)/python -m benchmarks.inference $(ARGS)

bench-search: $(VENV)/dev.stamp ## measure search at 10,000 and 100,000 images against what else there is; about half an hour
	@$(BIN)/python -m benchmarks.search.words --rows 10000 100000
	@$(BIN)/python -m benchmarks.search.alike --rows 10000 100000
	@$(BIN)/python -m benchmarks.search.duplicates --rows 10000 100000

bench-search-large: $(VENV)/dev.stamp ## the same at 1,000,000; some hours, 30 GB of disk
	@$(BIN)/python -m benchmarks.search.words --rows 100000 1000000
	@$(BIN)/python -m benchmarks.search.alike --rows 100000 1000000

bench-quality: $(VENV)/dev.stamp ## measure what is right: labels, copies found, recall (ARGS="--packages DIR" for more networks)
	@$(BIN)/python -m benchmarks.quality $(ARGS)

bench-web: $(VENV)/dev.stamp ## measure the page with 10,000 images (ARGS="--data DIR" keeps them); needs Chromium; some twenty minutes
	@$(BIN)/python -m benchmarks.web $(ARGS)

corpus: $(VENV)/dev.stamp ## send a folder of files through a running stack and compare colours (ARGS=FOLDER; PICTOR_KEY)
	@$(BIN)/python -m benchmarks.pictures $(ARGS)

clean: ## remove what make made here (never the data folder)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis pictor.egg-info
	find . -name __pycache__ -type d -not -path './data/*' -prune -exec rm -rf {} +

# A stamp is newer than the set that was installed: nothing is installed twice, and nothing runs on a stale set.
$(VENV)/dev.stamp: requirements/dev.txt pyproject.toml services/__init__.py clients/python/pyproject.toml $(UV)
	@echo "installing the development set"
	@$(INSTALL) -r requirements/dev.txt
	@$(EDITABLE)
	@touch $@

$(VENV)/stack.stamp: requirements/stack.txt pyproject.toml services/__init__.py clients/python/pyproject.toml $(UV)
	@echo "installing the stack"
	@$(INSTALL) -r requirements/stack.txt
	@$(EDITABLE)
	@touch $@

# pip takes minutes for this set, uv seconds: pip installs uv alone.
$(UV): requirements/bootstrap.txt
	@test -n "$(PYTHON)" || { echo "No Python that fits was found. Pictor runs on Python 3.11, 3.12 and 3.13:" \
		"install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c '$(PYTHON_FITS)' || { echo "$(PYTHON) does not fit ($$($(PYTHON) --version 2>&1 || true)). Pictor runs on" \
		"Python 3.11, 3.12 and 3.13, which its libraries have packages for: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "$(PYTHON) has no venv: on Debian and Ubuntu, apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@touch $@

define newline


endef
