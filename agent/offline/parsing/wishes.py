"""Preferences about the person, not this need: I love fantasy in general, I never watch horror, I'm vegetarian."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ....graphs.understanding import Wish
from ....tools.normalize import has_chinese
from .cues import cue, data
from .feedback import clauses
from .mentions import ValueMention
from .negation import refused
from .text import Message, Span, Spanned, overlaps

_BARE = re.compile(
    r"(?:\s|[,.!?，。！？、]|anything|everything|all|most|of|by|from|with|and|or|the|books?|films?|movies?|的|和|跟|还有|书|电影)*"
)

_ALLERGY = re.compile(r"allergic to (.+)|对?(.+)过敏", re.IGNORECASE)


class SelfStatement(NamedTuple):
    """A wish, and the clause that says it."""

    clause: Span
    wish: Wish


def self_statements(message: Message, mentions: Sequence[ValueMention], blocked: list[Span]) -> list[SelfStatement]:
    """Every clause in which the person speaks of their taste; clauses about items (`blocked`) are feedback instead."""
    found: list[SelfStatement] = []
    verdict = 0.0
    for clause in clauses(message, [Span(one.start, one.end) for one in mentions]):
        about_items = overlaps(clause, blocked)
        said = [] if about_items else _wishes(message, clause, mentions)
        if not said and verdict:
            said = _in_one_breath(message, clause, mentions, blocked, verdict)
        verdict = (_verdict(message.text[clause.start : clause.end]) or verdict) if about_items or said else 0.0
        found += [SelfStatement(clause, wish) for wish in said]
    return found


def _verdict(said: str) -> float:
    """1 for a clause that likes, -1 for one that dislikes, 0 for any other."""
    if cue("dislike").search(said) or cue("self_dislike").search(said):
        return -1.0
    return 1.0 if cue("like").search(said) or cue("self_like").search(said) else 0.0


def _in_one_breath(
    message: Message, clause: Span, mentions: Sequence[ValueMention], blocked: list[Span], weight: float
) -> list[Wish]:
    """A bare value after a verdict shares it: "I loved Dune and Mistborn", "I hated Dune and anything by Dan Brown"."""
    within = [one for one in mentions if clause.start <= one.start and one.end <= clause.end]
    free = [one for one in within if not overlaps(Span(one.start, one.end), blocked)]
    rest = message.text[clause.start : clause.end]
    for one in free:
        rest = rest.replace(message.text[one.start : one.end], " ")
    if not free or not _BARE.fullmatch(rest):
        return []
    return [_of_value(message, one, mentions, value, weight) for one in free for value in one.values]


def _wishes(message: Message, clause: Span, mentions: Sequence[ValueMention]) -> list[Wish]:
    said = message.text[clause.start : clause.end]
    if match := cue("self_is").search(said):
        return [_state(match, mentions, clause)]
    dislike, like = cue("self_dislike").search(said), cue("self_like").search(said)
    match = dislike or like
    if not match:
        return []
    within = [one for one in mentions if clause.start + match.start() <= one.start and one.end <= clause.end]
    weight = -1.0 if dislike else 1.0
    if within:
        return [_of_value(message, one, mentions, value, weight) for one in within for value in one.values]
    rest = _without_trailing(message.raw[clause.start + match.end() : clause.end].strip(" .!?。！？"))
    return (
        [Wish(value=rest, weight=weight, lasting=True)]
        if (1 if has_chinese(rest) else 2) <= len(rest) <= 40 and _says_something(rest)
        else []
    )


def _of_value(message: Message, one: ValueMention, mentions: Sequence[ValueMention], value: str, weight: float) -> Wish:
    no = weight > 0 and refused(message, one, list(mentions))
    return Wish(value=value, facet=one.facet, weight=-1.0 if no else weight, lasting=True)


def _state(match: re.Match[str], mentions: Sequence[ValueMention], clause: Span) -> Wish:
    said = next(group for group in match.groups() if group)
    within = [one for one in mentions if clause.start <= one.start and one.end <= clause.end]
    if allergy := _ALLERGY.fullmatch(said):
        harm = within[0] if within else None
        value = harm.values[0] if harm else next(one for one in allergy.groups() if one).strip()
        return Wish(value=value, facet=harm.facet if harm else "", weight=-1.0, lasting=True)
    if within:
        return Wish(value=within[0].values[0], facet=within[0].facet, lasting=True)
    return Wish(value=said, lasting=True)


def _without_trailing(rest: str) -> str:
    """ "jazz in general" is jazz."""
    return re.sub(rf"(?:\s*(?:{cue('trailing').pattern}))+$", "", rest, flags=re.IGNORECASE).strip()


def _says_something(rest: str) -> bool:
    """Not merely "it", "to read" or "your suggestions"."""
    return cue("no_topic").fullmatch(rest.casefold()) is None


def refused_topics(message: Message, blocked: Sequence[Spanned]) -> list[SelfStatement]:
    """What is refused for now but is no value of the catalog: "no zombies". Nothing inside `blocked` is a topic."""
    safe = [Span(*match.span()) for match in cue("not_negation").finditer(message.text)]
    said = [Span(*match.span()) for match in cue("topic_negation").finditer(message.text)]
    topics = [_topic(message.text, one.end) for one in said if not overlaps(one, safe)]
    return [
        SelfStatement(one, Wish(value=message.raw[one.start : one.end], weight=-1.0))
        for one in topics
        if one is not None and not overlaps(one, blocked)
    ]


def _topic(text: str, start: int) -> Span | None:
    """One or two content words right after a negation; anything longer or emptier is no topic."""
    match = re.match(
        rf"\s*((?:(?!(?:{cue('topic_end').pattern}))[^\W\d_]+[- ]?){{1,2}})(?=[ ,.!?;，。]|$)", text[start:]
    )
    said = match.group(1).strip() if match else ""
    words = said.split()
    if not words or any(word in data("words")["stop"].split() for word in words) or cue("no_topic").fullmatch(said):
        return None
    at = start + text[start:].index(said)
    return Span(at, at + len(said)) if len(said) > 1 and all(len(word) < 20 for word in words) else None
