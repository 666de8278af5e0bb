"""Chat logs: JSON Lines of `{user_id, messages: [{role, content}]}` or of bare lists of `{role, content}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from .lines import Problems, Progress, json_lines
from .model import in_utc

_USER_KEYS = ("user_id", "user", "userId")
_CONVERSATION_KEYS = ("conversation_id", "thread_id", "id")
_TIME_KEYS = ("time", "timestamp", "created_at", "date")
_PERSON = ("user", "human")
_ROLES = (*_PERSON, "assistant", "ai", "system", "tool", "function", "developer")
CLOCKS_DISAGREE = timedelta(days=1)
"""A time lies in the future when it is further ahead: less may be a time zone that was left out."""
_FINER_FROM = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))
"""(above which a number counts parts of a second since 1970, how many of them are a second)."""
FIRST_DATE, LAST_DATE = 19_000_101, 21_001_231
"""Whole numbers between them may be dates: 20231114."""


@dataclass(frozen=True, slots=True)
class Message:
    """Something a person wrote. `position` counts all messages of the conversation from 0."""

    position: int
    text: str
    time: datetime | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one person wrote in one conversation; `id` is empty when the log names none."""

    user_id: str
    id: str
    messages: tuple[Message, ...]


def read_conversations(
    path: Path, problems: Problems, progress: Progress, *, user_id: str = "", now: datetime
) -> Iterator[Conversation]:
    """The conversations of a log, one at a time. `user_id` is whose the lines are that name no user.

    Raises:
        LogError: the file is missing, unreadable, empty, or holds no JSON at all.
    """
    for number, value in json_lines(path, problems, progress):
        whole = value if isinstance(value, Mapping) else {"messages": value}
        user = _first(whole, _USER_KEYS) or user_id
        if not isinstance(user, str | int) or not str(user).strip():
            problems.add(path, number, "user_id", "missing")
        elif not isinstance(whole.get("messages"), list) or not whole["messages"]:
            problems.add(path, number, "messages", "not a list of {role, content}")
        else:
            messages = tuple(_messages(whole, path, number, problems, now))
            yield Conversation(str(user), str(_first(whole, _CONVERSATION_KEYS) or ""), messages)


def read_time(value: object) -> datetime | None:
    """The moment, in UTC, of a number, ISO 8601 text or a datetime; None when it is none of these.

    A number is a date such as 20231114, or counts seconds since 1970, or thousandths, millionths, billionths of them.
    """
    try:
        if isinstance(value, datetime):
            return in_utc(value)
        if isinstance(value, str) and not _is_number(value):
            return in_utc(datetime.fromisoformat(value.strip().removesuffix(" UTC")))
        number = float(value)  # pyright: ignore[reportArgumentType]
        return _date(number) or datetime.fromtimestamp(float(seconds_since_1970(np.array(number))), UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def seconds_since_1970(numbers: np.ndarray) -> np.ndarray:
    """Numbers that count seconds since 1970, or thousandths, millionths, billionths of one, as seconds; NaN stays."""
    parts = np.select([numbers > above for above, _ in _FINER_FROM], [parts for _, parts in _FINER_FROM], 1.0)
    return numbers / parts


def _date(number: float) -> datetime | None:
    """Of 20231114 its midnight in UTC; None for a number that is no date."""
    if not (FIRST_DATE <= number <= LAST_DATE and number.is_integer()):
        return None
    try:
        return datetime.fromisoformat(f"{number:.0f}").replace(tzinfo=UTC)
    except ValueError:
        return None


def is_future(time: datetime, now: datetime) -> bool:
    """Whether a time lies further ahead than clocks disagree."""
    return time > in_utc(now) + CLOCKS_DISAGREE


def _messages(
    whole: Mapping[str, Any], path: Path, number: int, problems: Problems, now: datetime
) -> Iterator[Message]:
    for position, message in enumerate(whole["messages"]):
        place = f"messages[{position}]"
        role = _first(message, ("role", "type")) if isinstance(message, Mapping) else None
        if role not in _ROLES:
            problems.add(path, number, place, f"no known role: {str(role)[:40]!r}")
            continue
        text = _text(message.get("content"))
        stamp = _first(message, _TIME_KEYS) or _first(whole, _TIME_KEYS)
        time = None if stamp is None else read_time(stamp)
        if role in _PERSON and text is None:
            problems.add(path, number, f"{place}.content", "neither text nor a list of parts")
        elif role in _PERSON and stamp is not None and (time is None or is_future(time, now)):
            problems.add(path, number, f"{place}.time", _bad_time(stamp, time))
        elif role in _PERSON and text:
            yield Message(position, text, time)


def _bad_time(stamp: object, time: datetime | None) -> str:
    return f"lies in the future: {stamp}" if time else f"not a time: {str(stamp)[:40]!r}"


def _text(content: object) -> str | None:
    """Text, or the text parts of a list of parts."""
    if isinstance(content, str):
        return content.strip()
    if not isinstance(content, Sequence):
        return None
    parts = [part.get("text") if isinstance(part, Mapping) else part for part in content]
    return "\n".join(part for part in parts if isinstance(part, str)).strip()


def _first(values: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((values[name] for name in names if values.get(name) not in (None, "")), None)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
