"""What merely reacts to what was shown: a verdict, a plan to try it, thanks, as opposed to a request."""

from __future__ import annotations

from collections.abc import Sequence

from .cues import cue
from .feedback import clauses
from .text import Message, Span, Spanned, overlaps


def asks_for_items(message: Message, name: str = "request") -> bool:
    """Whether something is requested; "thanks for the suggestions" and "I want to see that" request nothing."""
    mere = [Span(*found.span()) for found in cue("no_request").finditer(message.text)]
    return any(not overlaps(Span(*found.span()), mere) for found in cue(name).finditer(message.text))


def asks_of_it(message: Message) -> bool:
    """Whether it is a question about what is in view: "is it a comedy?", "who is in it?", 这家几点开门？."""
    return "?" in message.text and cue("asks_of_it").search(message.text) is not None


def reacts(message: Message, titles: Sequence[Spanned], said: Sequence[Spanned]) -> bool:
    """Whether every clause that holds a condition (`said`) is a verdict, and one at least is on what is in view."""
    if "?" in message.text or asks_for_items(message):
        return False
    parts = clauses(message, [Span(one.start, one.end) for one in titles])
    verdicts = [one for one in parts if cue("reaction").search(message.text, one.start, one.end)]
    open_clauses = [one for one in parts if one not in verdicts and not _praises(message, one)]
    return bool(verdicts) and not any(overlaps(one, open_clauses) for one in said)


def _praises(message: Message, clause: Span) -> bool:
    """ "Sandra Bullock is great", "very funny": said of what is in view, no condition."""
    return cue("praise_or_blame").search(message.text, clause.start, clause.end) is not None
