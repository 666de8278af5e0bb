"""A talk as the clients of OpenAI's API hold it: they keep the history, and send all of it with every message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from openai import OpenAI

from .conftest import ADA

MODEL = "recommender"


@contextmanager
def opened(url: str, key: str = ADA) -> Iterator[OpenAI]:
    """The real client, without its own retries."""
    with OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0, timeout=120) as one:
        yield one


@dataclass
class Talk:
    """One conversation of a front end."""

    openai: OpenAI
    user: str | None = None
    messages: list[dict[str, Any]] = field(default_factory=list)

    def say(self, words: Any, **more: Any) -> Any:
        """One turn; the completion."""
        self.messages.append({"role": "user", "content": words})
        return self.again(**more)

    def again(self, **more: Any) -> Any:
        """Another answer to the last message, in place of the one that there is."""
        if self.messages[-1]["role"] == "assistant":
            self.messages.pop()
        who = {"user": self.user} if self.user else {}
        completion = self.openai.chat.completions.create(model=MODEL, messages=list(self.messages), **who, **more)
        self.messages.append({"role": "assistant", "content": completion.choices[0].message.content})
        return completion

    def back_to(self, exchanges: int) -> Talk:
        """The same talk as it was after so many exchanges."""
        return Talk(self.openai, self.user, self.messages[: 2 * exchanges])


def turn_of(completion: Any) -> dict[str, Any]:
    """What the turn came to."""
    return completion.recommender["turn"]


def titles(completion: Any) -> list[str]:
    """Of the items that were recommended."""
    return [one["title"] for one in completion.recommender["items"]]


def thread(completion: Any) -> str:
    """The conversation that it belongs to."""
    return completion.recommender["thread_id"]


def prices(completion: Any) -> list[str]:
    """Conditions on the price that are in force."""
    return [one["op"] + str(one["value"]) for one in turn_of(completion)["constraints"] if one["facet"] == "price"]
