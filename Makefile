# Two commands do everything: `make chat` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: chat test lint docs-check clean

# A virtual environment with the locked versions; rebuilt when they change.
$(VENV)/.ready: pyproject.toml setup.py constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

chat: $(VENV)/.ready
	@$(BIN)/recommender chat $(ARGS)

test: $(VENV)/.ready
	$(BIN)/pytest -n auto --maxprocesses 4 $(ARGS)

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/basedpyright

docs-check: $(VENV)/.ready
	$(BIN)/pytest tests/docs

clean:
	rm -rf $(VENV) build dist *.egg-info
