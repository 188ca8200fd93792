# Two commands do everything on a fresh machine: `make lab` opens a lesson, `make test` runs every check.

PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11 python3.14,\
	$(shell $(p) -c 'import sys; print("$(p)" if sys.version_info >= (3, 11) else "")' 2>/dev/null)))
VENV   := .venv
BIN    := $(VENV)/bin
LESSON ?= 01_tensors
FRONT  := $(wildcard widgets/src/* widgets/*.json widgets/*.mjs)

# one thread each: the tests' arrays are small, and results must not depend on the machine
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

# file by file: the tests of one file share a browser and a Lab; in the order that tests/conftest.py puts them in
PYTEST  = $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

.PHONY: lab test test-fast test-simulated test-long conformance calculus census names lint bench gallery lessons syllabus format wheel clean

lab: $(VENV)/.bundled
	$(BIN)/minitorch-edu lab $(LESSON)

test: lint $(VENV)/.browser
	$(BIN)/python hatch_build.py test
	$(PYTEST)
	$(PYTEST) $(ON_A_GPU)

test-fast: $(VENV)/.tools
	$(PYTEST) -m "not e2e and not slow"

# The same with every tensor on a simulated GPU: lessons, and what speaks of the host's memory, are left out.
ON_A_GPU = --device=simulated -m "not e2e" --ignore=tests/lessons
test-simulated: $(VENV)/.tools
	$(PYTEST) $(ON_A_GPU)

# The claims about any shape, stride, dtype pair, index and view, with 20,000 examples of each: about 25 minutes of one
# core. They are the same examples each night; HYPOTHESIS_ELSEWHERE=1 searches among others.
SEARCHES = tests/ops/test_search.py tests/ops/test_indexing.py tests/ops/test_view.py
test-long: $(VENV)/.tools
	HYPOTHESIS_EXAMPLES=20000 $(BIN)/python -m pytest -m hypothesis --timeout=0 $(SEARCHES)

# Every sample of every operator in PyTorch's database that is here: how many operators pass whole, and in conformance.md
# what is absent or differs, and why. About 4 minutes of one core. `make conformance CENSUS=table.csv` tells of those that
# programs use most as well.
conformance: $(VENV)/.tools
	$(BIN)/python -m tests.ops.conformance --all --page conformance.md $(if $(CENSUS),--census $(CENSUS))

# Which of the names that teaching programs use are here, and the share of uses that are. `make census CENSUS=table.csv`
# asks so of another table than tests/census.csv: columns name, files and uses.
census: $(VENV)/.tools
	@$(BIN)/python -m tests.census $(if $(CENSUS),--table $(CENSUS))

# The public names of PyTorch, which errors about missing names tell of, from the PyTorch that is installed.
names: $(VENV)/.tools
	$(BIN)/python -m tests.pytorch_names

# Each card's derivatives in every layout, shape and magnitude that its samples lead to: about 5 minutes of one core.
calculus: $(VENV)/.tools
	$(BIN)/python -m tests.ops.calculus

lint: $(VENV)/.tools
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python hatch_build.py typecheck
	$(BIN)/python hatch_build.py lint

bench: $(VENV)/.tools
	$(BIN)/python -m tests.benchmarks

# How long each lesson takes to read, and its first run from top to bottom.
lessons: $(VENV)/.tools
	$(BIN)/minitorch-edu build --times

# The page lessons/SYLLABUS.md, from the lessons' own data.
syllabus: $(VENV)/.installed
	$(BIN)/python -m minitorch_lessons.syllabus

# The page widgets/GALLERY.md and its pictures, drawn anew from widgets/gallery.py.
gallery: $(VENV)/.bundled
	$(BIN)/python widgets/make_gallery.py

format: $(VENV)/.tools
	$(BIN)/ruff check --fix .
	$(BIN)/python hatch_build.py format

wheel: $(VENV)/.tools
	$(BIN)/python -m build

clean:
	rm -rf $(VENV) dist build widgets/node_modules widgets/labextension widgets/minitorch_widgets/static

# Set-up: each stamp is one step, done again when what it depends on has changed.

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found on PATH."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python's venv module is missing: installing python3-venv"; \
		$(APT) update -qq && $(APT) install -y -qq python3-venv; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml hatch_build.py | $(VENV)/bin/python
	@echo "Installing minitorch-edu into $(VENV) (about 150 MB to download the first time)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# the first install has bundled the front end already; this follows later changes of it
$(VENV)/.bundled: $(FRONT) | $(VENV)/.installed
	$(BIN)/python hatch_build.py build
	@touch $@

$(VENV)/.tools: $(VENV)/.bundled pyproject.toml
	@echo "Installing the tools for testing, PyTorch 2.13.0 as the oracle among them"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,oracle]'
	@touch $@

APT := $(if $(filter 0,$(shell id -u)),,sudo )env DEBIAN_FRONTEND=noninteractive apt-get

# The browser comes from the system's packages; where there is no apt, any Chromium or Chrome on PATH will do.
# Playwright brings a Node.js of its own, and that one needs libatomic, which a bare Debian has not.
$(VENV)/.browser: $(VENV)/.tools
	@wanted=chromium; \
	for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && wanted=; done; \
	$(BIN)/playwright --version >/dev/null 2>&1 || wanted="$$wanted libatomic1"; \
	if [ -n "$$wanted" ] && command -v apt-get >/dev/null; then \
		echo "Installing $$wanted for the browser tests"; \
		{ $(APT) update && $(APT) install -y --no-install-recommends $$wanted; } >$(VENV)/apt.log 2>&1 \
		|| { tail $(VENV)/apt.log; exit 1; }; \
	elif [ -n "$$wanted" ]; then echo "Not found: $$wanted. The browser tests will be skipped."; fi
	@touch $@
