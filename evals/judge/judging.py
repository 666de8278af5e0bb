"""Asks a chat model for its opinion, by openevals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from langchain_core.language_models import BaseChatModel

from ...tools.errors import SettingsError
from ..hosted import Hosted
from ..targets.raised import described
from .criteria import criteria, prompt_of

_WAYS: tuple[dict[str, Any], ...] = ({}, {"method": "function_calling"})
"""How a typed answer is asked for: as the provider likes it, then as servers do that know no schemas."""
_Evaluator = Callable[..., Mapping[str, Any]]


@dataclass(frozen=True)
class Answer:
    """Yes or no with the model's reason, or the error that came instead."""

    score: bool | None
    reason: str = ""
    error: str = ""


@dataclass(frozen=True)
class Judge:
    """A model that is asked one question at a time; may be asked from several threads."""

    name: str
    evaluators: Mapping[str, tuple[_Evaluator, ...]]
    """By criterion, one for each way to ask."""

    def ask(self, criterion: str, transcript: str) -> Answer:
        """The model's opinion of a conversation. What a model cannot answer is no opinion."""
        problem = ""
        for evaluator in self.evaluators[criterion]:
            try:
                found = evaluator(outputs=transcript)
                return Answer(_yes_or_no(found["score"]), str(found.get("comment") or ""))
            except Exception as error:  # whatever a client of a hosted model, or its answer, raises
                problem = problem or described(error)
        return Answer(None, error=problem)


def open_judge(hosted: Hosted) -> Judge:
    """The model of that name as a judge. Raises SettingsError without openevals, or for a model that does not open."""
    try:
        from openevals.llm import create_llm_as_judge  # noqa: PLC0415 - an extra
    except ImportError as error:
        cure = "Install it: pip install 'langgraph-recommender[judge]'."
        raise SettingsError("A model judges through openevals, which is not installed.", cure=cure) from error
    model = hosted.open()
    found = {name: tuple(_evaluator(create_llm_as_judge, name, model, way) for way in _WAYS) for name in criteria()}
    return Judge(hosted.name, found)


def _evaluator(create: Callable[..., Any], name: str, model: BaseChatModel, way: dict[str, Any]) -> _Evaluator:
    return create(prompt=prompt_of(name), feedback_key=name, judge=model, structured_output_kwargs=way)


def _yes_or_no(score: Any) -> bool:
    """Raises ValueError for an answer that is neither."""
    if isinstance(score, bool):
        return score
    raise ValueError(f"the score is {score!r}, neither true nor false")
