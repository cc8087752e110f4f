# briefkit. `make help` lists what there is.
# Needs Python 3.11 or newer, make and a package index; all else goes into .venv, from the lock.

.DEFAULT_GOAL := help
.PHONY: report test test-all bench lock clean help again

VENV := .venv
BIN  := $(VENV)/bin
LOCK := requirements.lock

# Bytecode is made once, by all cores: where PYTHONDONTWRITEBYTECODE is set, as in many containers, each start would
# compile every module anew, for seconds. Some packages ship files that are not meant to compile.
# Each stamp is written last, so an interrupted step is done again.
PACKAGES := $(VENV)/.packages
READY    := $(VENV)/.ready

# An environment of another folder, or whose Python has gone, is made anew.
HERE  := $(shell pwd -P)
WHOLE := $(shell test "$$(cat $(PACKAGES) 2>/dev/null)" = "$(HERE)" && $(BIN)/python -c "" 2>/dev/null && echo yes)

# The first of these that is new enough; another one: make report PYTHON=/path/to/python3
PYTHON  ?=
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11 python
GOOD    := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
HINT    := briefkit needs Python 3.11 or newer with its venv and ensurepip modules (on Debian and Ubuntu they \
           come with the package python3-venv). Install one, or name it: make report PYTHON=/path/to/python3

report: $(READY) ## make the brief: every edition, as HTML and PDF, under build/
	@$(BIN)/briefkit render

test: $(READY) ## check style, types and layers, then run the tests
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -m "not thorough"

test-all: test ## the same, then the tests that take long for what they add, as CI does
	$(BIN)/pytest -m thorough

bench: $(READY) ## measure beside papermill, jupyter-cache, pandas and DuckDB (half an hour), into docs/bench.md
	@$(BIN)/python -m pip -qq install --disable-pip-version-check --no-build-isolation --editable '.[bench]'
	$(BIN)/python bench/run.py --write

lock: ## choose the newest versions that pyproject.toml allows, and write them with their hashes
	@$(call find_python); "$$python" -m venv --clear $(VENV)-lock
	@$(VENV)-lock/bin/python -m pip -qq install uv
	@$(VENV)-lock/bin/uv pip compile --quiet --no-config --upgrade --universal --python-version 3.11 \
	  --fork-strategy fewest --generate-hashes --no-annotate --extra dev \
	  --custom-compile-command "make lock" --output-file $(LOCK) pyproject.toml
	@rm -rf $(VENV)-lock
	@echo "$(LOCK) is new; make test says whether the brief stands on it"

clean: ## remove what was made: build/, .venv and the tools' caches
	rm -rf build .briefkit_cache $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## show this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1#/p' Makefile | awk -F'#' '{ printf "make %-8s %s\n", $$1, $$2 }'

$(READY): $(PACKAGES) pyproject.toml
	@$(BIN)/python -m pip -qq install --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -qq src
	@touch $@

$(PACKAGES): $(LOCK) $(if $(WHOLE),,again)
	@start=$$(date +%s); $(call find_python); \
	echo "making $(VENV) with $$("$$python" --version), from $(LOCK) (a few minutes the first time)"; \
	"$$python" -m venv --clear $(VENV) && \
	$(BIN)/python -m pip -qq install --disable-pip-version-check --no-compile --require-hashes -r $(LOCK) && \
	{ $(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true; } && \
	printf '%s' "$(HERE)" > $@ && \
	echo "made $(VENV) in $$(( $$(date +%s) - start )) s"

define find_python
python=""; found=""; for name in $(if $(PYTHON),"$(PYTHON)",$(PYTHONS)); do \
  if "$$name" -c '$(GOOD)' 2>/dev/null; then python="$$name"; break; fi; \
  version="$$("$$name" --version 2>/dev/null)" && found="$$found $$version ($$name),"; done; \
if [ -z "$$python" ]; then echo "found$${found:- no Python,} but" "$(strip $(HINT))" >&2; exit 2; fi
endef
