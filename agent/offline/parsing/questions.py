"""Questions about items: which facets are asked, comparing, explaining, wanting more, and how many."""

from __future__ import annotations

import re
from typing import NamedTuple

from ....tools.items import Facet, FacetKind, FacetRole
from ..lexicon import CatalogLexicon
from .cues import cue
from .facets import NameSpan, facet_of, role_words
from .numbers import find_numbers
from .references import Reference
from .text import Message, Span, overlaps

MOST = 20
_MEASURE = re.compile(r"[本部个款家种件台道门双条张首间]")


def asked_facets(message: Message, lexicon: CatalogLexicon, names: list[NameSpan]) -> tuple[str, ...]:
    """Keys of the facets that a question is about: by how a role is asked for, else by their names in a question.

    Where the catalog has none of them, what it was asked for all the same: "place".
    """
    found: list[tuple[int, str]] = []
    unknown: list[str] = []
    for words in role_words():
        facet, match = facet_of(lexicon, words), words.asked.search(message.text)
        if facet is not None and match:
            found.append((match.start(), facet.name))
        elif match and words.unlisted:
            unknown.append(words.unlisted)
    if cue("question").search(message.text):
        found += [(name.start, name.facet) for name in names if _own_name(lexicon, message, name)]
    return tuple(dict.fromkeys(facet for _, facet in sorted(found))) or tuple(unknown[:1])


def _own_name(lexicon: CatalogLexicon, message: Message, name: NameSpan) -> bool:
    """By the schema's own names only: the words for a role are too general in a question."""
    patterns = dict(lexicon.names)
    word = message.text[name.start : name.end]
    return len(word) > 1 and word not in ("by", "kind", "type") and patterns[name.facet].fullmatch(word) is not None


class Flag(NamedTuple):
    """A yes-or-no facet, or the stock, named by some characters."""

    start: int
    end: int
    facet: Facet


def boolean_facets(message: Message, lexicon: CatalogLexicon) -> list[Flag]:
    """Yes-or-no facets, and the stock, that the message names: "with wifi", "in stock"."""
    found: list[Flag] = []
    for facet in lexicon.facets:
        if facet.kind is FacetKind.BOOLEAN and facet.role is not FacetRole.SPONSORED:
            found += [Flag(*match.span(), facet) for match in dict(lexicon.names)[facet.name].finditer(message.text)]
    stock = lexicon.by_role(FacetRole.STOCK)
    if stock is not None:
        known = {(start, end) for start, end, _ in found}
        found += [Flag(*m.span(), stock) for m in cue("stock").finditer(message.text) if m.span() not in known]
    return sorted(found, key=lambda one: one[:2])


def compares(message: Message) -> bool:
    """Whether the person wants items compared; 比较 as "rather" does not count."""
    match = cue("compare").search(message.text)
    return match is not None and not (match.group().startswith("比较") and cue("not_compare").search(message.text))


def explains(message: Message) -> bool:
    """Whether the person asks for reasons."""
    return cue("explain").search(message.text) is not None and cue("not_explain").search(message.text) is None


def wants_detail(message: Message) -> bool:
    """Whether the person asks what an item is like."""
    return cue("detail").search(message.text) is not None


def is_question(message: Message) -> bool:
    """Whether the message has the form of a question."""
    return cue("question").search(message.text) is not None


def wants_more(message: Message, references: list[Reference], blocked: list[Span]) -> bool:
    """ "more", "what else", 换一批: go on with items not shown yet."""
    spans = [*blocked, *(Span(one.start, one.end) for one in references if one.kind != "pronoun")]
    return any(not overlaps(Span(*match.span()), spans) for match in cue("more").finditer(message.text))


def wanted_count(message: Message, lexicon: CatalogLexicon, blocked: list[Span]) -> int | None:
    """ "show me three", "5 books", 推荐三本: how many items to show, at most 20."""
    nouns = "|".join(re.escape(noun) for noun in lexicon.nouns)
    after = re.compile(rf"\s*(?:{cue('count_noun').pattern}|(?:{nouns})(?![a-z])|(?:\w+ ){{1,2}}(?:{nouns})(?![a-z]))")
    for number in find_numbers(message.text):
        if overlaps(number, blocked) or not (1 <= number.value <= MOST and number.value == int(number.value)):
            continue
        asked = re.search(rf"(?:{cue('count').pattern})\s*$", message.text[: number.start]) is not None
        counted = after.match(message.text, number.end) is not None
        if _counts(message.text, number.start, number.end, asked, counted):
            return int(number.value)
    return None


def _counts(text: str, start: int, end: int, asked: bool, counted: bool) -> bool:
    """ "one" is a count only when counted; 一 only in 只要一本."""
    if text[start:end] in ("one", "a", "an"):
        return (
            asked
            and re.match(r" (?:book|movie|film|item|product|restaurant|suggestion|option)\b", text[end:]) is not None
            and "just" in text[:start]
        )
    if text[start:end] == "一":
        return bool(re.search(r"[只就]\S{0,4}$", text[:start])) and _MEASURE.match(text, end) is not None
    if not text[start:end].isascii() or _MEASURE.match(text, end):
        return _MEASURE.match(text, end) is not None and text[start - 1 : start] != "第"
    return (asked and (counted or end == len(text.rstrip(" .!?")) or text[end : end + 1] == " ")) or (
        counted and start == 0
    )
