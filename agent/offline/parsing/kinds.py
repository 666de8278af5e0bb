"""Which of several catalogs a message asks for: "a film", "something to read", 书和电影都行.

A word that names a kind of thing does not always ask for it: "a book about films", "like that book, but a film".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal, NamedTuple

from ....tools.constraints import Constraint, Op
from ....tools.items import Facet, FacetRole
from ....tools.normalize import has_chinese
from .cues import cue, data, pattern
from .text import Message, Span, Spanned, overlaps

Sense = Literal["wanted", "refused", "liked", "topic", "other"]
_CHINESE_FILM = ("电影", "(?<=[㐀-鿿])片(?![㐀-鿿]|子)|(?<=[㐀-鿿])片(?=[的吗呢吧和或])")
"""恐怖片 is a film; a single 片 in the middle of other words is none."""


class Kind(NamedTuple):
    """A word that names a kind of thing, by the value of the catalog facet that it means."""

    start: int
    end: int
    label: str


class KindPatterns(NamedTuple):
    """How one kind is spoken of."""

    label: str
    words: frozenset[str]
    named: re.Pattern[str]
    hinted: re.Pattern[str]
    consumed: re.Pattern[str]
    """The end of a text that says what is done with such a thing: "I read"."""


class ReadKind(NamedTuple):
    """A kind, and what its place in the message makes of it."""

    start: int
    end: int
    label: str
    sense: Sense


def kind_patterns(facets: Iterable[Facet], values: Sequence[str]) -> tuple[KindPatterns, ...]:
    """The kinds of a catalog that joins several; none for any other. `values` are the labels that it has."""
    facet = next((one for one in facets if one.role is FacetRole.CATALOG), None)
    return tuple(_patterns(label, facet.aliases.get(label, ())) for label in values) if facet else ()


def _patterns(label: str, aliases: Sequence[str]) -> KindPatterns:
    groups = [group for group in data("words")["nouns"] if label.casefold() in group]
    words = frozenset(
        {label.casefold(), *(one.casefold() for one in aliases), *(word for group in groups for word in group)}
    )
    english = [rf"{re.escape(word)}(?:e?s)?" for word in words if not has_chinese(word) and word not in _too_common()]
    chinese = [re.escape(word) for word in words if (has_chinese(word) and len(word) > 1) or word == "书"]
    chinese += [_CHINESE_FILM[1]] if _CHINESE_FILM[0] in words else []
    named = [*_of(words, "originals", "en"), *english], [*_of(words, "originals", "zh"), *chinese]
    return KindPatterns(
        label,
        words,
        pattern({"en": named[0], "zh": named[1]}),
        pattern({"en": _of(words, "hints", "en"), "zh": _of(words, "hints", "zh")}),
        re.compile(rf"(?:{'|'.join([*_of(words, 'verbs', 'en'), *_of(words, 'verbs', 'zh')]) or '(?!)'})$"),
    )


def _too_common() -> frozenset[str]:
    """ "read" is what one does, not what one wants."""
    return frozenset({"read", "item", "thing", "class"})


def _of(words: frozenset[str], name: str, language: str) -> list[str]:
    return [phrase for row in data("kinds")[name] if words & set(row["of"]) for phrase in row[language]]


def named_kinds(message: Message, patterns: Sequence[KindPatterns]) -> list[Kind]:
    """Every kind that is named, in the order of the text; of two that share characters the longer one."""
    if not patterns:
        return []
    others = [Span(*found.span()) for found in kind_cue("not").finditer(message.text)]
    found = [Kind(*match.span(), one.label) for one in patterns for match in one.named.finditer(message.text)]
    kept: list[Kind] = []
    for kind in sorted(found, key=lambda one: one.start - one.end):
        if not overlaps(kind, others) and not overlaps(kind, kept):
            kept.append(kind)
    return sorted(kept)


def read_kinds(
    message: Message,
    patterns: Sequence[KindPatterns],
    kinds: Sequence[Kind],
    held: Sequence[Spanned],
    statements: Sequence[tuple[Span, float]],
    values: Sequence[Spanned],
) -> list[ReadKind]:
    """What each kind does in the message, and what is hinted at where none is asked for.

    `held` are the characters of items; `statements` the clauses that tell of a taste, with its sign; of
    `values` those that are refused, "no picture books", refuse no kind.
    """
    labelled = [one for one in kinds if stands_behind("labelled", message.text[: one.start])]
    kinds = labelled or kinds
    refused = [one for one in values if _ends(_negated(), message.text[: one.start])]
    kinds = [one for one in kinds if not any(_inside(one, value) for value in refused)]
    senses: list[Sense] = [_sense(message.text, one, kinds, held, statements) for one in kinds]
    read = [
        ReadKind(_begun(message.text, one), one.end, one.label, sense) for one, sense in zip(kinds, senses, strict=True)
    ]
    if any(one.sense in ("wanted", "refused") for one in read):
        return read
    hints = [
        ReadKind(*found.span(), one.label, "wanted") for one in patterns for found in one.hinted.finditer(message.text)
    ]
    return [*read, *(one for one in hints if not overlaps(one, held))]


def _inside(kind: Kind, value: Spanned) -> bool:
    return value.start < kind.start and kind.end <= value.end


def _begun(text: str, one: Kind) -> int:
    """Where what is done with the kind begins: 换电影."""
    found = kind_ending("taken").search(text[: one.start])
    return found.start() if found else one.start


def _sense(
    text: str, one: Kind, kinds: Sequence[Kind], held: Sequence[Spanned], statements: Sequence[tuple[Span, float]]
) -> Sense:
    before, after = text[: one.start], text[one.end :]
    if overlaps(one, held) or any(
        other.start >= one.end and not text[one.end : other.start].strip() for other in kinds
    ):
        return "other"
    if _ends(_negated(), before) or _begins("refused_after", after):
        return "refused"
    taste = next((sign for clause, sign in statements if overlaps(one, [clause])), 0.0)
    if taste:
        return "liked" if taste > 0 else "other"
    if _begins("wanted_the", after) and not stands_behind("topic", before):
        return "wanted"
    if held and stands_behind("praise", before) and cue("request").search(text) is None:
        return "other"
    if stands_behind("topic", before):
        return "topic"
    return "other" if any(stands_behind(name, before) for name in ("anchor", "told")) else "wanted"


@cache
def _negated() -> re.Pattern[str]:
    """A refusal right before a kind: "no more films", "anything but a book", 不要电影."""
    fillers = (
        r"(?:\s|a|an|any|the|more|to|read|watch|see|want|me|show|kinds? of thing|catalogs?|is|of|"
        r"[看读要推荐]|再|什么|一|[本部]|目录|是)*"
    )
    return re.compile(rf"(?:{cue('negation').pattern}){fillers}$")


@cache
def kind_cue(name: str) -> re.Pattern[str]:
    """One pattern of all phrases of that name, in both languages."""
    return pattern(data("kinds")[name])


@cache
def kind_ending(name: str) -> re.Pattern[str]:
    """The phrases of that name at the end of a text."""
    phrases = data("kinds")[name]
    return re.compile(rf"(?:(?<![a-z])(?:{'|'.join(phrases['en'])})|(?:{'|'.join(phrases['zh'])}))$")


def stands_behind(name: str, before: str) -> bool:
    """Whether the text ends in one of the phrases of that name."""
    return kind_ending(name).search(before) is not None


def _ends(shape: re.Pattern[str], before: str) -> bool:
    found = shape.search(before)
    safe = [match.span() for match in cue("not_negation").finditer(before)] if found else []
    return found is not None and not any(start <= found.start() < end for start, end in safe)


def _begins(name: str, after: str) -> bool:
    return re.match(rf"\s*(?:{kind_cue(name).pattern})", after) is not None


def kind_constraint(facet: str, labels: Sequence[str], read: Sequence[ReadKind]) -> list[Constraint]:
    """What is asked of the catalog facet; a kind that the person likes in general is a wish for now."""
    wanted = tuple(dict.fromkeys(one.label for one in read if one.sense == "wanted"))
    refused = tuple(dict.fromkeys(one.label for one in read if one.sense == "refused" and one.label not in wanted))
    liked = tuple(dict.fromkeys(one.label for one in read if one.sense == "liked"))
    if wanted and len(wanted) < len(labels):
        return [_condition(facet, wanted, hard=True)]
    if refused and not wanted:
        return [_condition(facet, tuple(one for one in labels if one not in refused), hard=True)]
    if liked and not wanted and len(liked) < len(labels):
        return [_condition(facet, liked, hard=False)]
    return []


def _condition(facet: str, values: tuple[str, ...], *, hard: bool) -> Constraint:
    op, value = (Op.EQ, values[0]) if len(values) == 1 else (Op.IN, values)
    return Constraint(facet=facet, op=op, value=value, hard=hard)


def any_kind(message: Message, labels: Sequence[str], read: Sequence[ReadKind], *, asked: bool) -> list[Span]:
    """The characters that say that every kind will do: both are named, or "either is fine" and nothing else is said.

    `asked` says that the message answers a question about something else.
    """
    wanted = [one for one in read if one.sense == "wanted"]
    if len(labels) > 1 and {one.label for one in wanted} == set(labels):
        fine = [Span(*found.span()) for found in kind_cue("fine").finditer(message.text)]
        return [*(Span(one.start, one.end) for one in wanted), *fine]
    if not labels or wanted:
        return []
    said = message.text.strip(" .,!?。，！？~")
    fine = kind_cue("either").fullmatch(said) or (not asked and kind_cue("whatever").fullmatch(said))
    return [Span(0, len(message.text))] if fine else []
