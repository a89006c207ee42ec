# make help lists the targets. Works with GNU make 3.81 and later.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
LOCK := requirements.lock
STAMP := $(VENV)/.setup
UV := $(shell command -v uv 2>/dev/null)
CODE := $(wildcard src tests benchmarks fuzz docs)
SCRATCH := .cache

# More arguments for the program a target runs: make test ARGS="-k role"
ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run site test test-orchestrators test-release check check-lint check-format check-types check-layers \
	check-schemas check-docs check-security audit docs-site bench soak fuzz mutants fix schemas docs lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

setup: $(STAMP) ## make .venv with everything in it (does nothing when it is up to date)

$(PY):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: make setup PYTHON=/path/to/python3" >&2; exit 1; }
ifneq ($(UV),)
	$(UV) venv --quiet --clear --python "$(PYTHON)" $(VENV)
else
	"$(PYTHON)" -m venv --clear $(VENV)
endif

# The last install finds everything in place; offline as it is, it fails when the lock lacks something.
$(STAMP): pyproject.toml $(LOCK) $(PY)
	@echo "Installing what $(LOCK) names into $(VENV)"
ifneq ($(UV),)
	@$(UV) pip sync --quiet --require-hashes --python $(PY) $(LOCK)
	@$(UV) pip install --quiet --no-index --no-build-isolation --python $(PY) --editable '.[all,dev]' || $(STALE)
else
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip >/dev/null
	@$(PIP) --no-deps --require-hashes --requirement $(LOCK)
	@$(PIP) --no-index --no-build-isolation --editable '.[all,dev]' || $(STALE)
endif
	@touch $@

PIP = $(PY) -m pip --disable-pip-version-check install -qq
STALE = { echo "$(LOCK) does not satisfy pyproject.toml: run make lock" >&2; exit 1; }

run: setup ## publish the tables of raw/ in normalized/latest/
	$(BIN)/skillprofiles ingest raw --to normalized $(ARGS)

site: setup ## make the site of what make run published, in site/
	$(BIN)/skillprofiles report normalized --out site --raw raw $(ARGS)

test: setup ## run the tests; UPDATE=1 rewrites the expected files instead of comparing them
	$(if $(UPDATE),SKILLPROFILES_UPDATE=1 )$(PY) -m pytest --numprocesses auto --dist worksteal $(ARGS)

test-orchestrators: setup ## run the Airflow DAG and the Prefect flow in environments made for it
	$(PY) -m pytest -v tests/orchestrators.py $(ARGS)

test-release: setup ## install the wheel into clean environments, with each extra alone, and run it there
	$(PY) -m pytest -v -s tests/release.py $(ARGS)

check: check-lint check-format check-types check-layers check-schemas check-docs check-security ## all that can be checked without running the tests

check-lint: setup
	$(PY) -m ruff check $(CODE)

check-format: setup
	$(PY) -m ruff format --check $(CODE)

check-types: setup
	$(PY) -m mypy $(CODE)

check-layers: setup
	$(BIN)/lint-imports --cache-dir $(SCRATCH)/import-linter

check-schemas: setup
	$(BIN)/skillprofiles schema --check

check-docs: setup
	@mkdir -p $(SCRATCH)
	@$(RULES) > $(SCRATCH)/rules.md && $(COMMANDS) > $(SCRATCH)/commands.md && $(DICTIONARY) > $(SCRATCH)/README.md
	@diff -u docs/rules.md $(SCRATCH)/rules.md && diff -u docs/commands.md $(SCRATCH)/commands.md && \
		diff -u normalized/README.md $(SCRATCH)/README.md || { echo "generated documents are stale: run make docs" >&2; exit 1; }

check-security: setup
	$(PY) -m bandit --quiet --recursive --configfile pyproject.toml src

audit: setup ## ask the Python Package Index for known weaknesses of what requirements.lock names
	$(PY) -m pip_audit --strict --disable-pip --progress-spinner off --requirement $(LOCK) $(ARGS)

bench: setup ## measure speed and memory on a generated corpus
	$(PY) -m benchmarks $(ARGS)

soak: setup ## kill runs of ingest and fetch, or take room and rights from them, over and over: KILLS=1000
	$(PY) -m tests.soak --kills $(KILLS) $(ARGS)
	$(PY) -m tests.soak_fetch --kills $(KILLS)

KILLS ?= 200

fuzz: setup ## look for inputs that break the program: MINUTES=10
	$(PY) -m fuzz --minutes $(MINUTES) $(ARGS)

MINUTES ?= 1

mutants: setup ## break the code place by place, and see whether the tests notice: ARGS="--sample 100"
	$(PY) -m tests.mutants $(ARGS)

fix: setup ## format the code and repair what ruff can repair
	$(PY) -m ruff check --fix $(CODE)
	$(PY) -m ruff format $(CODE)

schemas: setup ## regenerate schemas/ from the contracts
	$(BIN)/skillprofiles schema --write

RULES = $(BIN)/skillprofiles rule --format markdown
COMMANDS = $(PY) -m tests.commands_page
DICTIONARY = $(BIN)/skillprofiles schema data-dictionary.en.md

docs: setup ## regenerate docs/rules.md, docs/commands.md, docs/recall.md and normalized/README.md
	@mkdir -p $(SCRATCH)
	$(RULES) > $(SCRATCH)/rules.md && mv $(SCRATCH)/rules.md docs/rules.md
	$(COMMANDS) > $(SCRATCH)/commands.md && mv $(SCRATCH)/commands.md docs/commands.md
	$(PY) -m tests.recall_table > $(SCRATCH)/recall.md && mv $(SCRATCH)/recall.md docs/recall.md
	$(DICTIONARY) > $(SCRATCH)/README.md && mv $(SCRATCH)/README.md normalized/README.md

# The variable silences a notice of the theme about a MkDocs to come, which it keeps from being installed.
docs-site: setup ## make a site of the documents, in .cache/docs-site/; a broken link is an error
	NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --strict $(ARGS)

lock: ## refresh the lock file after a change of pyproject.toml; UPGRADE=1 takes the newest of everything
	@test -x "$(LOCKER)" || { echo "make lock needs uv: run make setup, which installs it" >&2; exit 1; }
	$(LOCKER) pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
		--all-extras --generate-hashes --no-emit-index-url --no-emit-find-links \
		$(if $(UPGRADE),--upgrade )--custom-compile-command "make lock" --output-file $(LOCK) pyproject.toml

LOCKER = $(firstword $(wildcard $(BIN)/uv) $(UV))

clean: ## remove what the other targets made, except .venv
	rm -rf build dist site $(SCRATCH) .mypy_cache .pytest_cache .ruff_cache .hypothesis .benchmarks htmlcov .coverage
	find src tests benchmarks fuzz -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
	find normalized -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} + 2>/dev/null || true
