"""What is said to hinge on a like does: the same conversation without it, in another thread, does not show the item."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from langgraph.store.memory import InMemoryStore
from langgraph_recommender.agent import Recommender, create_recommender
from langgraph_recommender.graphs.state import TurnResult
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.profile.joint import memory_for
from langgraph_recommender.tools.profile.memory import ProfileMemory
from langgraph_recommender.tools.profile.model import FeedbackKind, ItemEvent

Say = Callable[[str], TurnResult]
Talker = Callable[..., Say]
LOVED = {"en": "I loved {}", "zh": "我很喜欢《{}》"}
REQUESTS = {
    "en": ("recommend a novel", "a fantasy novel please"),
    "zh": ("推荐一本奇幻小说",),
}
WHY = {"en": ("why these?", "Without your liking {}, {} would not"), "zh": ("为什么推荐这些？", "如果不是因为你喜欢")}
PAIRS = [("Twilight", "Gone Girl"), ("1984", "Dune")]


@pytest.fixture(scope="module")
def bookshop(books: Catalog) -> Recommender:
    return create_recommender(books)


def last(say: Say, messages: list[str]) -> TurnResult:
    return [say(one) for one in messages][-1]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_the_message_the_item_is_not_in_the_list(
    language: str, books: Catalog, bookshop: Recommender, talker: Talker
) -> None:
    checked = 0
    for loved in PAIRS:
        for request in REQUESTS[language]:
            messages = {title: LOVED[language].format(title) for title in loved}
            say = talker(bookshop, f"{loved} {request}")
            listed = last(say, [*messages.values(), request]).recommendations
            told = say(WHY[language][0]).reply
            for one in (one for one in listed if one.hinges_on):
                gone = [books.item(item_id).title for item_id in one.hinges_on]
                kept = [words for title, words in messages.items() if title not in gone]
                assert len(kept) == len(messages) - len(gone)
                assert (WHY[language][1].format(" and ".join(gone), one.title) if language == "en" else gone[0]) in told
                again = last(talker(bookshop, f"{loved} {request} {gone}"), [*kept, request])
                assert one.item_id not in [other.item_id for other in again.recommendations], (
                    loved,
                    request,
                    one.title,
                )
                checked += 1
    assert checked


def test_without_the_event_the_item_is_not_in_the_list(books: Catalog, talker: Talker) -> None:
    store, now, checked = InMemoryStore(), datetime.now(UTC), 0
    memory, recommender = memory_for(ProfileMemory(store), books), create_recommender(books, store=store)
    ids = {title: next(item.id for item in books.items() if item.title == title) for pair in PAIRS for title in pair}

    def told(user: str, liked: list[str]) -> TurnResult:
        for title in liked:
            event = ItemEvent(item_id=ids[title], catalog=books.name, kind=FeedbackKind.LIKE, time=now, consumed=True)
            memory.record(user, event, key=title)
        return talker(recommender, user, user_id=user)("recommend a novel")

    for place, loved in enumerate(PAIRS):
        for one in told(f"{place}", list(loved)).recommendations:
            if one.hinges_on:
                kept = [title for title in loved if ids[title] not in one.hinges_on]
                again = told(f"{place} without {one.item_id}", kept)
                assert one.item_id not in [other.item_id for other in again.recommendations]
                checked += 1
    assert checked
