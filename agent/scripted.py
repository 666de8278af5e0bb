"""A scripted chat model for testing bots: it answers by the script, and fails on a step too many or too few."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.tool import tool_call
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import BaseModel, PrivateAttr

from .structured_output import LocalChatModel

Answer = str | AIMessage | BaseModel | Exception | Callable[[Sequence[BaseMessage]], AIMessage]
"""Text, a message, a typed value for a structured answer, an error to raise, or a function of the messages."""


class ScriptError(AssertionError):
    """The conversation left the script."""


@dataclass(frozen=True, slots=True)
class Step:
    """One call: what it answers, and words that its messages must hold."""

    answer: Answer
    expects: str = ""


class ScriptedChatModel(LocalChatModel):
    """Answers call after call by a script. Used as a context manager it fails at the end when the script was not kept.

    >>> with ScriptedChatModel.of("Hi!", Step("Bye!", expects="goodbye")) as model:
    ...     [model.invoke("hello").text, model.invoke("goodbye").text]
    ['Hi!', 'Bye!']
    """

    _steps: list[Step] = PrivateAttr(default_factory=list)
    _done: int = PrivateAttr(default=0)
    _broken: list[str] = PrivateAttr(default_factory=list)

    @classmethod
    def of(cls, *steps: Step | Answer) -> ScriptedChatModel:
        """The model that plays these steps."""
        model = cls()
        model._steps = [one if isinstance(one, Step) else Step(one) for one in steps]
        return model

    def finish(self) -> None:
        """Raises ScriptError when a call was not in the script, missed its words, or steps are left.

        A bot may survive a failing model, so a broken script is remembered until here.
        """
        left = len(self._steps) - self._done
        problems = [*self._broken, *([f"{left} of {len(self._steps)} steps were not called"] if left > 0 else [])]
        if problems:
            raise ScriptError("; ".join(problems))

    def __enter__(self) -> ScriptedChatModel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.finish()

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> ChatResult:
        step = self._next(messages)
        if isinstance(step.answer, Exception):
            raise step.answer
        return ChatResult(generations=[ChatGeneration(message=_message(step.answer, messages, kwargs))])

    def _next(self, messages: Sequence[BaseMessage]) -> Step:
        place, self._done = self._done, self._done + 1
        if place >= len(self._steps):
            raise self._left(f"call {place + 1} is not in the script of {len(self._steps)} steps")
        step = self._steps[place]
        if step.expects not in "\n".join(one.text for one in messages):
            raise self._left(f"call {place + 1} does not speak of {step.expects!r}")
        return step

    def _left(self, problem: str) -> ScriptError:
        self._broken.append(problem)
        return ScriptError(problem)


def _message(answer: Answer, messages: Sequence[BaseMessage], arguments: dict[str, Any]) -> AIMessage:
    if isinstance(answer, BaseModel) and not isinstance(answer, AIMessage):
        return _typed(answer, arguments)
    if isinstance(answer, AIMessage):
        return answer
    return AIMessage(answer) if isinstance(answer, str) else answer(messages)  # pyright: ignore[reportCallIssue]


def _typed(value: BaseModel, arguments: dict[str, Any]) -> AIMessage:
    """As a tool call when the value's type is bound as a tool, else as JSON."""
    name, content = type(value).__name__, value.model_dump(mode="json")
    if any(one["function"]["name"] == name for one in arguments.get("tools") or ()):
        return AIMessage("", tool_calls=[tool_call(name=name, args=content, id=f"call_{name}")])
    return AIMessage(json.dumps(content, ensure_ascii=False))
