# make run    set up, then start the program; arguments pass through: make run ARGS="--controller my.pkl"
# make test   set up, then lint, types and all tests; arguments for pytest: make test ARGS="tests/envs -x"
# make test-torch  set up with PyTorch and Stable-Baselines3 as well (about 2 GB more), then the tests that need them
# make bench  set up, then every benchmark, into one table; to see that all run: make bench ARGS=--short
# make docs   set up, then the documents into build/docs
# make desktop  set up, then put the program into this user's desktop; make desktop-remove takes it out again
# make setup  set up only (also plain `make`)
# make format let ruff format the sources
# make clean  remove the set-up
#
# Variables: PYTHON (interpreter of the virtual environment), SYSTEM_PACKAGES=ready and BOUNDS=lowest (see tools/setup.sh),
# PROCESSES of `make test` (2; with 0 the tests run in the order of their files, in one process).

ARGS ?=
PYTHON ?= python3
SYSTEM_PACKAGES ?=
BOUNDS ?=
PROCESSES ?= 2
export PYTHON SYSTEM_PACKAGES BOUNDS

VENV := .venv
# PyTorch stands apart: `make test` must pass without it.
TORCH_VENV := .venv-torch
SETUP_INPUTS := pyproject.toml tools/setup.sh tools/debian-packages.txt
# Tests with widgets need an X server: a virtual one where there is none.
ON_A_DISPLAY := $(if $(DISPLAY),,xvfb-run --auto-servernum --server-args "-screen 0 1600x1000x24")

# A file's tests share what they set up: they stay in one process.
IN_PARALLEL := --numprocesses=$(PROCESSES) --dist=loadfile

.PHONY: setup run test test-torch bench format clean docs desktop desktop-remove

setup: $(VENV)/ready-to-run
	@echo "osimviz is set up in $(VENV). Start it with: make run"

run: $(VENV)/ready-to-run
	@tools/start.sh $(ARGS)

test: $(VENV)/ready-to-test
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(ON_A_DISPLAY) $(VENV)/bin/python -m pytest $(IN_PARALLEL) $(ARGS)

test-torch: $(TORCH_VENV)/ready-to-test
	$(ON_A_DISPLAY) $(TORCH_VENV)/bin/python -m pytest -m torch $(or $(ARGS),tests/controllers)

bench: $(VENV)/ready-to-test
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[test,bench]"
	$(ON_A_DISPLAY) $(VENV)/bin/python bench/run_all.py $(ARGS)

docs: $(VENV)/ready-to-test
	$(VENV)/bin/python -m sphinx -W --keep-going -q docs build/docs
	@echo "Open build/docs/index.html"

desktop: $(VENV)/ready-to-run
	@tools/install_desktop.sh

desktop-remove:
	@tools/install_desktop.sh remove

format: $(VENV)/ready-to-test
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

clean:
	rm -rf $(VENV) $(TORCH_VENV)

# The stamps say when the set-up was last done; they are older than its inputs when it must be done again.
$(VENV)/ready-to-run: $(SETUP_INPUTS)
	@tools/setup.sh run
	@touch $@

# The test set-up holds the other.
$(VENV)/ready-to-test: $(SETUP_INPUTS)
	@tools/setup.sh test
	@touch $@ $(VENV)/ready-to-run

$(TORCH_VENV)/ready-to-test: $(VENV)/ready-to-test
	@tools/setup.sh torch
	@touch $@
