# Two commands do everything: `make chat` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

MAIN_SITE = $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')

.PHONY: chat test lint docs-check clean

# A virtual environment with the locked versions; rebuilt when they change.
$(VENV)/.ready: pyproject.toml setup.py constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

# What cannot be installed beside LangServe lies in an environment of its own, over the packages of the first.
.venv-%/.ready: $(VENV)/.ready constraints-%.txt
	test -x $(@D)/bin/python || $(BIN)/python -m venv $(@D)
	echo "import site; site.addsitedir('$(MAIN_SITE)')" > $$($(@D)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/over.pth
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r constraints-$*.txt
	touch $@

chat: $(VENV)/.ready
	@$(BIN)/recommender chat $(ARGS)

test: $(VENV)/.ready .venv-langgraph/.ready .venv-mcp/.ready .venv-gradio/.ready
	$(BIN)/pytest -n auto --maxprocesses 4 $(ARGS)
	.venv-mcp/bin/python -P -m pytest tests/agent/mcp

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/basedpyright

docs-check: $(VENV)/.ready
	$(BIN)/pytest tests/docs

clean:
	rm -rf $(VENV) .venv-* build dist *.egg-info
