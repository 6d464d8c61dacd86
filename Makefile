# Two commands do everything: `make demo` shows the program, `make test` checks it. Both set up .venv by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AS_OF := 2026-11-20
LOCKS := tests/packaging/locks
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
UNMEASURED := tests/property tests/surroundings tests/fuzz tests/packaging tests/unit/test_calendar_exhaustive.py
FUZZ_SECONDS ?= 3600
REGULATIONS := kon-tum so-nn yen-the ben-tre can-tho

.PHONY: demo test lint types tests docs golden bench fuzz mutants lock lowest newest pythons audit release clean

# From the lock, each file known by its hash. An index that has other files or versions is no reason to stop: then, and loudly, from what
# pyproject.toml allows. LOCKED=1 stops.
$(VENV)/.ready: pyproject.toml $(LOCKS)/dev.txt $(LOCKS)/durable.txt
	$(PYTHON) -c 'import sys; sys.exit("deadline-rules needs Python 3.11, 3.12 or 3.13; name one with PYTHON=…" if not (3, 11) <= sys.version_info < (3, 14) else 0)'
	$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes --requirement $(LOCKS)/dev.txt && $(PIP) install --no-deps --editable . \
		|| { test -z "$(LOCKED)" || { echo "the lock could not be installed (see above), and LOCKED=$(LOCKED) allows nothing else."; exit 1; }; \
			echo "NOT LOCKED: the files of $(LOCKS)/dev.txt could not be had here (see above); taking what pyproject.toml allows."; \
			$(PIP) install --editable ".[dev]"; }
	@$(PIP) install --require-hashes --requirement $(LOCKS)/durable.txt || $(PIP) install --editable ".[durable]" \
		|| echo "durable_rules could not be built here (it needs a C compiler); its tests are skipped."
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

# Coverage starts before the tests import the package, and follows the programs that they start. What goes over millions of cases runs without
# it, which more than halves the time; the other tests cover the same code. One process a core, each file whole in one.
tests: $(VENV)/.ready
	rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest --numprocesses auto --dist loadfile $(UNMEASURED:%=--ignore=%)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(UNMEASURED)

# Writes the pages and pictures that are generated from the packs.
docs: $(VENV)/.ready
	$(BIN)/python docs/make/pages.py

# Writes every day of the calendar anew, for the difference to be read.
golden: $(VENV)/.ready
	$(BIN)/python tests/golden/make.py

# How long everything takes, our own calls first, then this library beside its peers on the same job, in one run; writes docs/performance.md.
bench: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[bench]"
	$(BIN)/python -m pytest tests/benchmarks --benchmark-columns=median,iqr,rounds --benchmark-sort=name -q
	$(BIN)/python tests/benchmarks/peers.py --write

# Feeds every reader with hostile input, guided by what it reaches; an hour, shared by all of them. What it finds is saved, and said how to replay.
fuzz: $(VENV)/.ready
	$(BIN)/python tests/fuzz/run.py --seconds $(FUZZ_SECONDS) --jobs 2

# Puts faults into a copy of the calendar, the plan, the engines and the report days, one at a time: a test must fail for each. Takes hours.
mutants: $(VENV)/.ready
	$(PIP) install --editable ".[mutants]"
	copy=$$(mktemp -d) && trap 'rm -rf "$$copy"' EXIT && cp -R src tests rules docs pyproject.toml README.md CHANGELOG.md LICENSE Makefile "$$copy" \
		&& cd "$$copy" && $(CURDIR)/$(BIN)/mutmut run && $(CURDIR)/$(BIN)/python tests/mutants/report.py

# Writes the lock files anew, at the newest versions that pyproject.toml allows.
lock: $(VENV)/.ready
	$(BIN)/python tests/packaging/lock.py

# The core tests at the lowest versions allowed; at the newest; and on each Python, as far as they are here.
lowest newest pythons: $(VENV)/.ready
	$(BIN)/python tests/packaging/environments.py $@

# Looks the locked versions up in a database of known vulnerabilities, and says so where it could not.
audit: $(VENV)/.ready
	$(BIN)/python tests/packaging/audit.py

# Wheel, sdist, bill of materials and checksums in dist/: built twice and compared, installed in empty environments and used.
release: $(VENV)/.ready
	$(BIN)/python tests/packaging/release.py

clean:
	rm -rf $(VENV) build dist .coverage .coverage.* .hypothesis .mypy_cache .ruff_cache
