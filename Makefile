# Everything runs in .venv, which is made on first use from the pinned, hashed requirements.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
PACKAGES := transforms expectations sql flows
GOLDEN := tests/cases/test_cases.py::test_case
QUICK_TESTS := tests/test_architecture.py tests/transforms --ignore tests/transforms/sample \
	$(GOLDEN)[every_component_by_hand] $(GOLDEN)[riser_promoted_in_its_second_month]
UV_COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make requirements" $(ARGS)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install runtime demo quick test tests compat torture mutate lint types format bench ledger dictionary requirements clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/dev.stamp ## Make .venv with everything that development needs

runtime: $(VENV)/runtime.stamp ## Make .venv with what running needs, and nothing else

demo: $(VENV)/runtime.stamp ## Make sample data, tier 24 months of it, write the report
	@$(BIN)/retier demo

quick: lint ## Lint, and run the examples of the core, without the laws: under a minute, after each edit
	$(BIN)/python -m pytest --quiet -n 2 --dist worksteal -m "not hypothesis and not torture and not compat" \
		$(QUICK_TESTS)

test: lint ## Lint, check types, run the tests
	@$(MAKE) --no-print-directory --jobs=2 types tests

tests: $(VENV)/dev.stamp
	$(BIN)/python -m pytest --quiet -n 4 --dist loadfile --no-loadscope-reorder

compat: $(VENV)/dev.stamp ## Run the tests that need environments of their own, such as another version of a library
	$(BIN)/python -m pytest --quiet -m compat

torture: $(VENV)/dev.stamp ## Run the long tests: kills, races, floods
	$(BIN)/python -m pytest -m torture

mutate: $(VENV)/dev.stamp ## Try the tests of the core on mutants of it; ARGS="--number 100 --seed 1"
	$(BIN)/python -m tests.mutation $(ARGS)

lint: $(VENV)/dev.stamp ## Check style and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/dev.stamp ## Check types
	$(BIN)/mypy

format: $(VENV)/dev.stamp ## Format the code and fix what can be fixed
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/dev.stamp ## Measure speed and memory
	$(BIN)/python -m tests.benchmarks

ledger: $(VENV)/dev.stamp ## Write what raised versions come to into tests/ledger/ledger.json
	$(BIN)/python -m tests.ledger

dictionary: $(VENV)/dev.stamp ## Write docs/data_dictionary.md and docs/queries.md from their sources
	$(BIN)/python -m sql.dictionary docs/data_dictionary.md
	$(BIN)/python -m sql.queries docs/queries.md

requirements: $(VENV)/dev.stamp ## Pin the dependencies again; ARGS=--upgrade takes newer ones
	$(UV_COMPILE) pyproject.toml requirements.in --output-file requirements.txt
	$(UV_COMPILE) pyproject.toml requirements.in --group dev --constraint requirements.txt --output-file requirements-dev.txt

clean: ## Remove what make made: .venv, caches, build output, the demo project
	rm -rf $(VENV) build dist demo *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find $(PACKAGES) tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Every package is listed with its hash, so pip need not look for more; older ones stumble over extras if they do.
# The stamp is written last, so that an interrupted step is done again.
$(VENV)/created.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "retier needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
			"Name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Making $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/runtime.stamp: requirements.txt pyproject.toml | $(VENV)/created.stamp
	@echo "Installing requirements.txt into $(VENV)"
	@$(PIP) install --no-deps --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

# The development requirements contain the runtime ones, so one installation serves both stamps.
$(VENV)/dev.stamp: requirements-dev.txt requirements.txt pyproject.toml | $(VENV)/created.stamp
	@echo "Installing requirements-dev.txt into $(VENV)"
	@$(PIP) install --no-compile --no-deps --require-hashes -r requirements-dev.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(VENV)/runtime.stamp $@
