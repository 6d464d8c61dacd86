# Two commands do everything: `make demo` shows the program, `make test` checks it. Both set up .venv by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AS_OF := 2026-11-20
REGULATIONS := kon-tum so-nn yen-the ben-tre can-tho

.PHONY: demo test lint types tests docs bench clean

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("deadline-rules needs Python 3.11, 3.12 or 3.13; name one with PYTHON=…" if not (3, 11) <= sys.version_info < (3, 14) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[durable]" || echo "durable_rules could not be built here (it needs a C compiler); its tests are skipped."
	touch $@

# Evaluates the sample under all five regulations.
demo: $(VENV)/.ready
	@for regulation in $(REGULATIONS); do \
		echo; $(BIN)/deadline-rules evaluate $$regulation docs/sample/tasks.csv --as-of $(AS_OF) || exit $$?; \
	done

test: lint types tests

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.ready
	$(BIN)/mypy

# Coverage starts before the tests import the package, and follows the programs that they start. The properties run without it, which
# more than halves their time; they go over code that the other tests cover. One process a core, each file whole in one.
tests: $(VENV)/.ready
	rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest --numprocesses auto --dist loadfile --ignore=tests/property
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile tests/property

# Writes the pages and pictures that are generated from the packs.
docs: $(VENV)/.ready
	$(BIN)/python docs/make/pages.py

# How long everything takes, our own calls first, then this library beside its peers on the same job, in one run; writes docs/performance.md.
bench: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[bench]"
	$(BIN)/python -m pytest tests/benchmarks --benchmark-columns=median,iqr,rounds --benchmark-sort=name -q
	$(BIN)/python tests/benchmarks/peers.py --write

clean:
	rm -rf $(VENV) build dist .coverage .coverage.* .hypothesis .mypy_cache .ruff_cache
