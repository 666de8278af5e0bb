"""Builds many profiles from chat logs and behaviour, streaming: memory grows with the users, not with the rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from ..items import CatalogSchema, Item, Language
from .behaviour import Behaviour, read_behaviour
from .infer import BaseRates, base_rates, infer_preferences
from .lines import Problems, Progress
from .logs import Conversation, Message, read_conversations
from .memory import ProfileMemory
from .model import ItemEvent
from .records import Remembered

_BUFFERED = 20_000
"""Rows of behaviour that are collected before they are written user by user."""


class Shelf(Protocol):
    """What building needs of a catalog."""

    @property
    def name(self) -> str: ...
    @property
    def schema(self) -> CatalogSchema: ...
    def __contains__(self, item_id: object) -> bool: ...
    def item(self, item_id: str) -> Item:
        """The item of that id."""
        ...

    def items(self) -> Sequence[Item]:
        """All items."""
        ...


@dataclass(frozen=True, slots=True)
class Said:
    """What one message of a person says of them for good."""

    contents: tuple[Remembered, ...]
    language: Language


Extract = Callable[[str, Language | None, datetime], Said]
"""(text, language of the message before, time) -> what it says."""


@dataclass(slots=True)
class BuildReport:
    """What a build read, wrote and could not use."""

    users: set[str] = field(default_factory=set)
    conversations: int = 0
    messages: int = 0
    rows: int = 0
    statements: int = 0
    """New preferences, constraints and feedback from what people said."""
    events: int = 0
    """New item events from behaviour."""
    inferred: int = 0
    """New or changed preferences read from behaviour."""
    problems: Problems = field(default_factory=Problems)


def build_from_logs(
    memory: ProfileMemory,
    path: Path,
    extract: Extract,
    report: BuildReport,
    *,
    now: datetime,
    progress: Progress,
    user_id: str = "",
) -> None:
    """Reads one chat log into the memory. Reading it again writes nothing twice.

    Raises:
        LogError: the file cannot be used at all; single lines that cannot are counted in the report.
    """
    for conversation in read_conversations(path, report.problems, progress, user_id=user_id, now=now):
        report.conversations += 1
        report.users.add(conversation.user_id)
        _learn(memory, conversation, extract, report, now)


def build_from_behaviour(
    memory: ProfileMemory, path: Path, catalog: Shelf, report: BuildReport, *, now: datetime, progress: Progress
) -> None:
    """Reads ratings, views and purchases into the memory, then infers preferences of everyone in the file.

    Raises:
        LogError: the file cannot be used at all; rows that cannot are counted in the report.
    """
    waiting: dict[str, dict[str, Remembered]] = {}
    touched: set[str] = set()
    for number, behaviour in enumerate(read_behaviour(path, report.problems, progress, now=now), 1):
        if behaviour.item_id in catalog:
            key, event = _event(behaviour, catalog, now)
            waiting.setdefault(behaviour.user_id, {})[key] = event
            report.rows += 1
        else:
            report.problems.add(path, behaviour.row, "item", f"not in catalog {catalog.name}: {behaviour.item_id!r}")
        if number % _BUFFERED == 0:
            touched |= _flush(memory, waiting, report)
    touched |= _flush(memory, waiting, report)
    report.users |= touched
    _infer(memory, sorted(touched), catalog, report, progress)


def _learn(
    memory: ProfileMemory, conversation: Conversation, extract: Extract, report: BuildReport, now: datetime
) -> None:
    language: Language | None = None
    contents: dict[str, Remembered] = {}
    for message in conversation.messages:
        report.messages += 1
        said = extract(message.text, language, message.time or now + timedelta(microseconds=report.messages))
        language = said.language
        keys = (_message_key(conversation, message, number) for number in range(len(said.contents)))
        contents.update(zip(keys, said.contents, strict=True))
    report.statements += memory.add(conversation.user_id, contents)
    if language:
        memory.set_language(conversation.user_id, language)


def _message_key(conversation: Conversation, message: Message, number: int) -> str:
    """Found from what was said, not from the line, so that a log may grow or be reordered."""
    digest = hashlib.sha256(message.text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"log:{conversation.id}:{message.position}:{number}:{digest}"


def _event(behaviour: Behaviour, catalog: Shelf, now: datetime) -> tuple[str, ItemEvent]:
    moment = behaviour.time.isoformat() if behaviour.time else ""
    key = f"behaviour:{catalog.name}:{behaviour.item_id}:{behaviour.kind}:{behaviour.rated}:{moment}"
    event = ItemEvent(
        item_id=behaviour.item_id,
        catalog=catalog.name,
        kind=behaviour.kind,
        time=behaviour.time or now,
        strength=behaviour.strength,
        title=catalog.item(behaviour.item_id).title,
        consumed=bool(behaviour.rated),
    )
    return key, event


def _flush(memory: ProfileMemory, waiting: dict[str, dict[str, Remembered]], report: BuildReport) -> set[str]:
    for user_id, contents in waiting.items():
        report.events += memory.add(user_id, contents)
    touched = set(waiting)
    waiting.clear()
    return touched


def _infer(
    memory: ProfileMemory, users: Sequence[str], catalog: Shelf, report: BuildReport, progress: Progress
) -> None:
    schema = catalog.schema.model_copy(update={"name": catalog.name})
    rates = base_rates(catalog.items(), schema)
    items = {item.id: item for item in catalog.items()}
    for number, user_id in enumerate(users, 1):
        report.inferred += memory.renew(user_id, _inferred(memory, user_id, items, schema, rates))
        progress(number, len(users))


def _inferred(
    memory: ProfileMemory, user_id: str, items: Mapping[str, Item], schema: CatalogSchema, rates: BaseRates
) -> dict[str, Remembered]:
    events = [event for event in memory.load(user_id).events if event.catalog == schema.name]
    found = infer_preferences(events, items, schema, rates)
    return {f"inferred:{one.catalog}:{one.facet}:{one.value}": one for one in found}
