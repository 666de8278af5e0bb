"""The example in each docstring of the metrics runs, and every metric has one."""

import doctest
import importlib
import pkgutil

import pytest
from langgraph_recommender.tools.ranking import metrics

MODULES = [one.name for one in pkgutil.iter_modules(metrics.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_the_docstrings(name: str) -> None:
    found = doctest.testmod(importlib.import_module(f"{metrics.__name__}.{name}"))
    assert found.failed == 0
    assert found.attempted > 0


@pytest.mark.parametrize("name", [one for one in metrics.__all__ if callable(getattr(metrics, one)) and one.islower()])
def test_every_function_has_an_example(name: str) -> None:
    assert ">>>" in (getattr(metrics, name).__doc__ or "")
