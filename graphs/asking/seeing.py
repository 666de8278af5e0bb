"""Asks a model that may see: with the pictures first, and without them when it refuses those."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from ...tools.errors import ModelError
from .structured import Asked, Check, ValueT, ask

_blind: set[int] = set()
"""Ids of the models that refused a picture and answered without; they are not asked again."""


def ask_seeing(
    model: BaseChatModel,
    messages: Callable[[Sequence[str]], Sequence[BaseMessage]],
    shown: Sequence[str],
    kind: type[ValueT],
    *,
    check: Check[ValueT] | None = None,
) -> tuple[Asked[ValueT], str]:
    """A typed answer to `messages(pictures)`, and what to say of a model that saw none of them; empty when it did.

    `shown` are data URIs. Raises ModelError, with all attempts counted, when the model gives no usable answer.
    """
    if not shown or id(model) in _blind:
        return ask(model, messages(()), kind, check=check), _NOT_SEEN if shown else ""
    try:
        return ask(model, messages(shown), kind, check=check), ""
    except ModelError as error:
        refused = error.attempts
    try:
        asked = ask(model, messages(()), kind, check=check)
    except ModelError as error:
        error.attempts += refused
        raise
    _remember(model)
    return replace(asked, attempts=asked.attempts + refused), _NOT_SEEN


_NOT_SEEN = "the model takes no pictures and read the words alone"


def _remember(model: BaseChatModel) -> None:
    if id(model) not in _blind:
        weakref.finalize(model, _blind.discard, id(model))
    _blind.add(id(model))
