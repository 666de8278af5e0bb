"""A conversation as it was, so that a page can show it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from pydantic import BaseModel, Field

from ...graphs.briefs import Question
from ...graphs.pictures import NOTE
from ...graphs.state import ShownList, TurnResult
from ...tools.catalog import Catalog
from ...tools.items import Language
from ..recommender import Recommender
from .cards import recommended_card
from .wire import Confirmation, RecommendedCard


class PastTurn(BaseModel):
    """One turn that is over, or that waits for a yes."""

    message: str
    pictures: int = 0
    """How many came with the message; they themselves are not kept."""
    reply: str = ""
    items: list[RecommendedCard] = Field(default_factory=list)


class Conversation(BaseModel):
    """What is kept of a conversation: its last turns, oldest first, and what it waits for."""

    thread_id: str
    earlier: list[str] = Field(default_factory=list)
    """Of the exchanges before these turns, as far as anything is kept of them, a line each."""
    turns: list[PastTurn] = Field(default_factory=list)
    question: Question | None = None
    """That the last reply asked."""
    confirm: Confirmation | None = None


def conversation_of(recommender: Recommender, catalog: Catalog, thread_id: str, place: dict[str, str]) -> Conversation:
    """The conversation that is stored at that place; empty when nothing has been said."""
    state = recommender.get_state({"configurable": place})
    pending = state.interrupts[0].value if state.interrupts else None
    return Conversation(
        thread_id=thread_id,
        earlier=state.values.get("earlier", []),
        turns=list(_turns(state.values, catalog)),
        question=None if pending else state.values.get("asked"),
        confirm=Confirmation.model_validate(pending) if pending else None,
    )


def _turns(values: dict[str, Any], catalog: Catalog) -> Iterator[PastTurn]:
    said = _exchanges(values.get("messages", []))
    shown: dict[int, ShownList] = {one.turn: one for one in values.get("shown", [])}
    result: TurnResult | None = values.get("turn")
    language = result.language if result else catalog.schema.language
    first = values.get("turn_number", 0) - len(said) + 1
    for number, (message, reply) in enumerate(said, start=first):
        items = _cards(shown.get(number), catalog, language) if reply else []
        pictures = len(message.additional_kwargs.get(NOTE, ()))
        yield PastTurn(message=message.text, pictures=pictures, reply=reply, items=items)


def _exchanges(messages: Sequence[AnyMessage]) -> list[tuple[HumanMessage, str]]:
    """(what a person said, the reply or nothing) of each turn."""
    found: list[tuple[HumanMessage, str]] = []
    for one in messages:
        if isinstance(one, HumanMessage):
            found.append((one, ""))
        elif isinstance(one, AIMessage) and found:
            found[-1] = (found[-1][0], one.text)
    return found


def _cards(shown: ShownList | None, catalog: Catalog, language: Language) -> list[RecommendedCard]:
    cards = [recommended_card(one, catalog, language) for one in (shown.items if shown else ())]
    return [one for one in cards if one]
