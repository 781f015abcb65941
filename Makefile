# Two targets do all the set-up on a fresh machine: `make serve` and `make test`.
#
#   make serve PORT=8080 HOST=0.0.0.0 CORPUS=/srv/articles
#   make test

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 1
TEST_EXTRAS ?= test
# One more than processors: some tests wait.
TEST_PROCESSES ?= $(shell expr `getconf _NPROCESSORS_ONLN` + 1)
CORPUS ?= corpus
CODE := searchsvc tests benchmarks hatch_build.py wsgi.py
VENV := .venv
BIN := $(VENV)/bin

# Every other corpus gets an index folder of its own, named after its path.
ifeq ($(CORPUS),corpus)
INDEX ?= index
else
INDEX ?= index/of-$(shell printf '%s' '$(abspath $(CORPUS))' | cksum | cut -d' ' -f1)
endif

.PHONY: serve test check-python clean

serve: $(BIN)/.installed
	@$(BIN)/searchsvc reindex '$(CORPUS)' --index '$(INDEX)' || $(BIN)/searchsvc path --index '$(INDEX)' >/dev/null
	@exec $(BIN)/searchsvc serve --index '$(INDEX)' --host '$(HOST)' --port '$(PORT)' --workers '$(WORKERS)'

test: $(BIN)/.installed-test
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist worksteal $(PYTEST_ARGS)

PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

# A virtualenv that was made and then broken half way has no marker: it is made anew. The service does
# without pip, a tenth of all there is; `make test` brings it back.
$(BIN)/.installed: pyproject.toml hatch_build.py $(wildcard searchsvc/kernels/*.[ch]) | check-python
	@test -e $@ || rm -rf $(VENV)
	@test -x $(BIN)/python || $(PYTHON) -m venv --without-pip $(VENV)
	@$(BIN)/python -m ensurepip >/dev/null
	$(PIP) install -e .
	@$(PIP) --quiet uninstall --yes pip setuptools
	@touch $@

$(BIN)/.installed-test: $(BIN)/.installed
	@$(BIN)/python -m ensurepip >/dev/null
	$(PIP) install -e '.[$(TEST_EXTRAS)]'
	@touch $@

check-python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "No $(PYTHON) here. Install Python 3.11 or newer, or name it: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' || { \
	  echo "$(PYTHON) is `$(PYTHON) --version 2>&1`; searchsvc needs Python 3.11 to 3.14. Name one: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  version=`$(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])'`; \
	  echo "$(PYTHON) cannot make virtualenvs: the module venv or ensurepip is missing. On Debian or Ubuntu: sudo apt-get install python$$version-venv" >&2; exit 1; }

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache
