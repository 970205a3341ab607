# Everything a clean clone needs: Python 3.11 or newer and make. The first target sets up .venv by itself.
#   make demo    run the phase III study of plerixafor in lymphoma in virtual patients and write its report
#   make test    the whole test suite          make check   lint, format of imports, types
#   make bench   the benchmarks of docs/benchmarks.md        make lock    rewrite the lock files        make clean

VENV ?= .venv
BIN := $(VENV)/bin
STUDY ?= dipersio-2009-nhl
PATIENTS ?= 2000
SEED ?= 1
WORKERS ?= auto
# programs that are started a hundred times should find their libraries compiled, whatever the shell around says
export PYTHONDONTWRITEBYTECODE :=
# --no-compile: only the modules that a run imports are byte-compiled, at the end of set-up; a first integration then
# shows that the engine works here and compiles its driver
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --no-compile --require-hashes
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: demo test check bench lock clean
.DELETE_ON_ERROR:

demo: $(VENV)/.ready
	$(BIN)/unmoor run $(STUDY) --patients $(PATIENTS) --seed $(SEED) --to out/$(STUDY).html

test: $(VENV)/.ready-test
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal

check: $(VENV)/.ready-test
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.ready-test
	$(BIN)/python benchmarks/bench.py --to docs/benchmarks.md

lock: $(VENV)/.ready
	$(BIN)/python -m pip --quiet install pip-tools
	$(BIN)/python tools/lock.py

clean:
	rm -rf $(VENV) out build .pytest_cache .mypy_cache .ruff_cache .hypothesis src/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "unmoor needs Python 3.11 or newer and found none: \
	install it, or name it with 'make PYTHON=/path/to/python3.11 ...'"; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and "unmoor needs Python 3.11 or newer, \
	$(PYTHON) is %d.%d: name another with make PYTHON=..." % v[:2])'
	@echo "python: $$($(PYTHON) --version); compiler check: none needed (dependencies are wheels, models compile through llvmlite)"
	@$(PYTHON) -m venv $(VENV) || { echo "the 'venv' module of $(PYTHON) does not work (Debian: package python3-venv)"; exit 1; }
	@touch $@

$(VENV)/.ready: $(VENV)/.python requirements.lock pyproject.toml
	@echo "setting up $(VENV) (once; about a minute) ..."
	@start=$$(date +%s); \
	$(PIP) --only-binary :all: -r requirements.lock && \
	$(BIN)/python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation -e . && \
	$(BIN)/python -c 'import antimony, libsbml, numba, pint, pandas, xarray, pyarrow, scipy.stats, matplotlib.pyplot' && \
	$(BIN)/unmoor integrate plerixafor_pk --hours 1 >/dev/null && \
	echo "set up in $$(( $$(date +%s) - start )) s"
	@touch $@

# autograd-gamma, which lifelines needs, is published as source only; it is pure Python
$(VENV)/.ready-test: $(VENV)/.ready requirements-test.lock
	@echo "adding the test tools ..."
	@$(PIP) --no-build-isolation --only-binary :all: --no-binary autograd-gamma -r requirements-test.lock
	@touch $@
