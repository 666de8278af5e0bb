"""An agent behind an OpenAI-compatible server: it chats in text, and is sent the whole talk with every message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from time import perf_counter
from typing import Any
from uuid import uuid4

from ...tools.errors import AgentError, SettingsError
from ..facts import CatalogFacts
from ..suite import Setting
from .answers import observed_in
from .naming import Names
from .pictures import data_uri
from .posting import Poster
from .situation import refuse_what_only_ours_can
from .target import Observed, UnsupportedError

_CURE = "Give --base-url, such as http://localhost:8000/v1."


class OpenAITarget:
    """Talks to `POST {base_url}/chat/completions`. Items are recognized by their titles in the text."""

    def __init__(
        self,
        model: str,
        base_url: str | None,
        headers: Mapping[str, str],
        timeout_s: float,
        facts: Callable[[str], CatalogFacts],
    ) -> None:
        if not (base_url or "").startswith(("http://", "https://")):
            raise SettingsError(f"openai:{model} needs the address of a server.", cure=_CURE)
        self._url = f"{str(base_url).rstrip('/')}/chat/completions"
        self._model = model
        self._poster = Poster(headers, timeout_s)
        self._names = cache(lambda catalog: Names(facts(catalog)))
        self._run = uuid4().hex[:8]
        self._numbers = count(1)

    def open(self, setting: Setting) -> OpenAISession:
        """An empty talk. Raises UnsupportedError for profiles and rules of the house."""
        refuse_what_only_ours_can(setting)
        somebody = f"eval-{self._run}-{next(self._numbers)}"
        names = self._names(setting.catalog)
        return OpenAISession(self._model, self._url, self._poster, names, setting.user, somebody)


@dataclass
class OpenAISession:
    """One talk."""

    model: str
    url: str
    poster: Poster = field(repr=False)
    names: Names = field(repr=False)
    user: str = ""
    somebody: str = ""
    """Who the server is told is talking, so that it mixes up no two conversations."""
    said: list[str] = field(default_factory=list)
    talk: list[dict[str, Any]] = field(default_factory=list)

    def say(self, text: str, image: str | None = None) -> Observed:
        """One turn. Raises AgentError."""
        began, sent = perf_counter(), {"role": "user", "content": _content(text, image)}
        body = {"model": self.model, "messages": [*self.talk, sent], "user": self.somebody}
        answer = self.poster.post(self.url, body, repeatable=True)
        spent = (perf_counter() - began) * 1000
        message = _message(answer, self.url)
        self.said.append(text)
        observed = observed_in({"messages": [message]}, "\n".join(self.said), self.names)
        self.talk += [sent, {"role": "assistant", "content": observed.reply}]
        return replace(observed, latency_ms=spent, **_usage(answer))

    def new_thread(self) -> None:
        """A new talk. Raises UnsupportedError when the person is to be remembered, which a server of texts cannot."""
        if self.user:
            raise UnsupportedError("this target does not know a person from one conversation to the next")
        self.talk.clear()


def _content(text: str, image: str | None) -> Any:
    if image is None:
        return text
    return [{"type": "text", "text": text}, {"type": "image_url", "image_url": {"url": data_uri(image)}}]


def _message(answer: Any, url: str) -> dict[str, Any]:
    """The assistant's message; tool calls that the server leaves to its client count as calls, unanswered."""
    try:
        message = answer["choices"][0]["message"]
        content = message["content"] or ""
        calls = message.get("tool_calls") or []
    except (KeyError, IndexError, TypeError, AttributeError):
        raise AgentError(f"{url} answered JSON that is no chat completion.") from None
    if not isinstance(content, str):
        raise AgentError(f"{url} answered a message whose content is no text.")
    return {"role": "assistant", "content": content, **({"tool_calls": calls} if calls else {})}


def _usage(answer: dict[str, Any]) -> dict[str, int]:
    usage = answer.get("usage") or {}
    counts = {"input_tokens": usage.get("prompt_tokens"), "output_tokens": usage.get("completion_tokens")}
    return {name: count for name, count in counts.items() if isinstance(count, int)}
