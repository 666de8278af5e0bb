"""Somebody else's agent in this process: any Runnable, LangGraph graph or plain callable."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.runnables import Runnable, RunnableConfig
from langgraph.pregel import Pregel

from ...tools.errors import SettingsError, did_you_mean
from ..facts import CatalogFacts
from ..suite import Setting
from .answers import observed_in
from .naming import Names
from .pictures import message_of
from .situation import refuse_what_only_ours_can
from .target import Observed


def load_object(path: str) -> Any:
    """The object that `module:object` names, the working directory first; what a factory without arguments returns.

    Raises SettingsError.
    """
    module_name, _, name = path.partition(":")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # the module is somebody else's code: whatever it raises says why it cannot be used
        problem = f"{path}: {module_name} cannot be imported: {type(error).__name__}: {error}."
        raise SettingsError(problem, cure="Give `module:object` as Python imports it from here.") from error
    if not hasattr(module, name):
        cure = did_you_mean(name, [one for one in dir(module) if not one.startswith("_")])
        raise SettingsError(f"{path}: {module_name} has no {name!r}.", cure=cure)
    return _made(getattr(module, name), path)


def _made(found: Any, path: str) -> Any:
    if isinstance(found, Runnable):
        return found
    if not callable(found):
        raise SettingsError(
            f"{path} is of type {type(found).__name__}, no agent.", cure="Name a graph, Runnable or function."
        )
    return found if inspect.signature(found).parameters else found()


@dataclass
class RunnableTarget:
    """Talks to an agent with messages. One that keeps its own thread gets each message once, any other the whole talk.

    The config of a Runnable carries `thread_id` and, when the person has a name, `user_id`.
    """

    agent: Any
    facts: Callable[[str], CatalogFacts]

    def __post_init__(self) -> None:
        self._names = cache(lambda catalog: Names(self.facts(catalog)))
        self._numbers = count(1)

    def open(self, setting: Setting) -> RunnableSession:
        """A fresh thread. Raises UnsupportedError for rules and profiles, which only our own graph can be given."""
        refuse_what_only_ours_can(setting)
        return RunnableSession(self.agent, self._names(setting.catalog), setting.user, f"eval-{next(self._numbers)}")


@dataclass
class RunnableSession:
    """One person talking to one agent."""

    agent: Any
    names: Names = field(repr=False)
    user: str
    thread: str
    said: list[str] = field(default_factory=list)
    talk: list[BaseMessage] = field(default_factory=list)
    part: int = 1

    def say(self, text: str, image: str | None = None) -> Observed:
        """One turn. Raises AgentError when the answer cannot be read, or what the agent raises."""
        calls, began = _Calls(), perf_counter()
        sent = message_of(text, image)
        output = _invoked(self.agent, self._input(sent), self._config(calls))
        spent = (perf_counter() - began) * 1000
        self.said.append(text)
        observed = observed_in(output, "\n".join(self.said), self.names)
        self.talk += [sent, AIMessage(observed.reply)]
        return _with_calls(replace(observed, latency_ms=observed.latency_ms or spent), calls)

    def new_thread(self) -> None:
        """Later messages go to another thread of the same person."""
        self.part += 1
        self.talk.clear()

    def _input(self, sent: BaseMessage) -> Any:
        keeps = isinstance(self.agent, Pregel) and self.agent.checkpointer not in (None, False)
        messages = [sent] if keeps else [*self.talk, sent]
        if _takes(self.agent, "messages"):
            return {"messages": messages}
        return sent.text if _takes_text(self.agent) else messages

    def _config(self, calls: _Calls) -> RunnableConfig:
        who = {"user_id": self.user} if self.user else {}
        return {"configurable": {"thread_id": f"{self.thread}.{self.part}", **who}, "callbacks": [calls]}


class _Calls(BaseCallbackHandler):
    """Counts the calls of chat models that LangChain makes."""

    def __init__(self) -> None:
        self.count = 0

    def on_chat_model_start(self, *_: Any, **__: Any) -> None:
        self.count += 1


def _with_calls(observed: Observed, calls: _Calls) -> Observed:
    """The number of model calls, if LangChain made any; an agent that calls models by itself does not show them."""
    if not calls.count or "model_calls" not in observed.hidden:
        return observed
    hidden = tuple(one for one in observed.hidden if one != "model_calls")
    return replace(observed, model_calls=calls.count, hidden=hidden)


def _invoked(agent: Any, given: Any, config: RunnableConfig) -> Any:
    if not isinstance(agent, Runnable):
        output = agent(given)
        return asyncio.run(_awaited(output)) if inspect.isawaitable(output) else output
    try:
        return agent.invoke(given, config)
    except TypeError as error:
        if "No synchronous function" not in str(error):
            raise
        return asyncio.run(agent.ainvoke(given, config))


async def _awaited(output: Any) -> Any:
    return await output


def _takes(agent: Any, key: str) -> bool:
    """Whether the input of a Runnable is a mapping with that key."""
    if isinstance(agent, Pregel):
        return True
    schema = agent.get_input_jsonschema() if isinstance(agent, Runnable) else {}
    return key in schema.get("properties", {})


def _takes_text(agent: Any) -> bool:
    """Whether the first argument of a callable is annotated as text."""
    if isinstance(agent, Runnable):
        return agent.get_input_jsonschema().get("type") == "string"
    first = next(iter(inspect.signature(agent).parameters.values()), None)
    return first is not None and first.annotation in (str, "str")
