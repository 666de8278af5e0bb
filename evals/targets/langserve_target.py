"""A runnable that LangServe serves: our own server, or anybody's that takes a message, messages or text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import count
from time import perf_counter
from typing import Any, Literal
from uuid import uuid4

from ...tools.errors import AgentError
from ..facts import CatalogFacts
from ..suite import Setting
from .answers import observed_in
from .naming import Names
from .pictures import data_uri
from .posting import Poster
from .situation import refuse_what_only_ours_can
from .target import Observed, UnsupportedError

Form = Literal["message", "messages", "listed", "text"]
"""What the input is: our `{message, thread_id}`, a state with messages, a list of messages, or plain text."""


class LangServeTarget:
    """Talks to `POST {url}/invoke`. What the input looks like is read from `{url}/input_schema` at the first turn."""

    def __init__(
        self, url: str, headers: Mapping[str, str], timeout_s: float, facts: Callable[[str], CatalogFacts]
    ) -> None:
        self.url = url.rstrip("/").removesuffix("/invoke")
        self.poster = Poster(headers, timeout_s)
        self._names = cache(lambda catalog: Names(facts(catalog)))
        self._run = uuid4().hex[:8]
        self._numbers = count(1)

    def open(self, setting: Setting) -> LangServeSession:
        """A fresh thread. Raises UnsupportedError for profiles and rules of the house."""
        refuse_what_only_ours_can(setting)
        thread = f"eval-{self._run}-{next(self._numbers)}"
        return LangServeSession(self, self._names(setting.catalog), setting.user, thread)

    @cached_property
    def form(self) -> Form:
        """Of the input. Raises AgentError."""
        schema = self.poster.get(f"{self.url}/input_schema")
        if not isinstance(schema, dict):
            raise AgentError(f"{self.url}/input_schema is no JSON schema.")
        schema = schema.get("$defs", {}).get(schema.get("$ref", "").removeprefix("#/$defs/"), schema)
        keys = schema.get("properties", {})
        if "message" in keys:
            return "message"
        if "messages" in keys:
            return "messages"
        return "text" if schema.get("type") == "string" else "listed"


@dataclass
class LangServeSession:
    """One person talking over HTTP."""

    target: LangServeTarget = field(repr=False)
    names: Names = field(repr=False)
    user: str
    thread: str
    said: list[str] = field(default_factory=list)
    talk: list[dict[str, Any]] = field(default_factory=list)
    part: int = 1
    issued: str = ""
    """Id of the conversation, once the server has given it one."""

    def say(self, text: str, image: str | None = None) -> Observed:
        """One turn. Raises AgentError."""
        began = perf_counter()
        thread = f"{self.thread}.{self.part}"
        sent = {"role": "user", "content": text}
        body = {"input": self._input(sent, image), "config": {"configurable": {"thread_id": thread}}}
        repeatable = self.target.form != "message"
        answer = self.target.poster.post(f"{self.target.url}/invoke", body, repeatable=repeatable)
        if not isinstance(answer, dict) or "output" not in answer:
            raise AgentError(f"{self.target.url}/invoke answered JSON without `output`.")
        spent = (perf_counter() - began) * 1000
        self.said.append(text)
        observed = observed_in(answer["output"], "\n".join(self.said), self.names)
        self.issued = _issued(answer["output"]) or self.issued
        self.talk += [sent, {"role": "assistant", "content": observed.reply}]
        return replace(observed, latency_ms=spent)

    def new_thread(self) -> None:
        """A new thread. Raises UnsupportedError when the person is to be remembered: who talks is the server's."""
        if self.user:
            raise UnsupportedError("this target does not know a person from one conversation to the next")
        self.part += 1
        self.issued = ""
        self.talk.clear()

    def _input(self, sent: dict[str, Any], image: str | None) -> Any:
        form = self.target.form
        if form == "message":
            picture = {"image": data_uri(image)} if image else {}
            return {"message": sent["content"], "thread_id": self.issued or None, **picture}
        if image:
            raise UnsupportedError("this target is sent no pictures")
        messages = [*self.talk, sent]
        if form == "text":
            return sent["content"]
        return {"messages": messages} if form == "messages" else messages


def _issued(output: Any) -> str:
    """The id that a server gave to the conversation, if it says so."""
    thread = output.get("thread_id") if isinstance(output, dict) else None
    return thread if isinstance(thread, str) else ""
