"""`RecommenderContext`: what the caller says of the moment, per invocation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..tools.errors import InputError


@dataclass(frozen=True, kw_only=True)
class RecommenderContext:
    """Passed as `context=` to `invoke`; everything has a default. Raises InputError for a user id that is no text."""

    user_id: str | None = None
    """Whose profile to read and write; None remembers nothing beyond the thread."""
    now: datetime | None = None
    """The time that preferences fade against; None means the clock."""
    age: int | None = None
    """The person's age in years when the caller knows it; the age gate asks when it does not."""
    economy: bool = False
    """One model call at most: the reply is written by the offline model."""

    def __post_init__(self) -> None:
        if self.user_id is not None and not isinstance(self.user_id, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InputError(f"The user_id is {self.user_id!r}.", cure="Give a text, or None to remember nothing.")
