"""Values and titles of the catalog that a message mentions, and which of them are meant."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from ....tools.items import FacetRole
from ....tools.normalize import has_chinese
from ..lexicon import CatalogLexicon, mentioned_concepts, scan
from ..lexicon_index import EXACT, HEAD, SHARED, Meaning, concepts_by_key, is_common, topic_words
from .cues import cue, data
from .facets import NameSpan
from .text import Message, Span, Spanned, overlaps, phrase_key, stem, words

LONGEST = 24
_MANY = 200
_AT_MOST = 40
"""Phrases of a message that are looked at, so that a pasted page takes no longer than a story."""
_LONG = 24
"""Words from which a message is a story: a short title in it must be written or introduced as one."""
_QUOTED = re.compile(r'"([^"]{1,80})"|《([^》]{1,60})》|「([^」]{1,60})」|(?<![a-z])\'([^\']{2,60})\'(?![a-z])')
_DECADE = re.compile(r"\d{2,3}0s")
_NAMES = (FacetRole.BRAND, FacetRole.CREATOR)


class ValueMention(NamedTuple):
    """A phrase that stands for values of one facet."""

    start: int
    end: int
    facet: str
    values: tuple[str, ...]
    strength: int


class TitleMention(NamedTuple):
    """A phrase that names items."""

    start: int
    end: int
    item_ids: tuple[str, ...]


def quoted(message: Message) -> list[Span]:
    """What stands in quotation marks or title marks."""
    return [Span(*found.span()) for found in _QUOTED.finditer(message.text)]


def find_titles(message: Message, lexicon: CatalogLexicon) -> list[TitleMention]:
    """The titles that are meant as titles, not as everyday words."""
    quotes, whole = quoted(message), _content_key(message)
    found: list[TitleMention] = []
    for first, last, key in scan(message, lexicon.titles, LONGEST)[:_AT_MOST]:
        start, end = message.tokens[first].start, message.tokens[last - 1].end
        evidence = _evidence(message, lexicon, first, last, quotes, whole == key)
        if evidence:
            found.append(TitleMention(start, end, lexicon.titles[key]))
    return found


def _content_key(message: Message) -> str:
    return phrase_key([token.text for token in message.tokens])


def _evidence(message: Message, lexicon: CatalogLexicon, first: int, last: int, quotes: list[Span], whole: bool) -> int:
    """0: everyday words; 1: reads like a title; 2: said to be one."""
    start, end = message.tokens[first].start, message.tokens[last - 1].end
    parts = [token.text for token in message.tokens[first:last]]
    in_quotes = any(quote.start <= start and end <= quote.end for quote in quotes)
    if in_quotes:
        return 2
    if any(_DECADE.fullmatch(part) for part in parts) or _is_verdict(message, start, end):
        return 0
    if _is_value(lexicon, parts):
        return 2 if cue("asked_about").search(message.text[:start]) else 0
    if not any(_contentful(part) for part in parts) and not _written_large(message, first, last):
        return 0
    if (whole and not is_signal(message)) or _introduced(message, start):
        return 2
    if has_chinese("".join(parts)):
        return int(len(parts) >= 3 and not cue("request").search(message.text[start:end]))
    if _is_person(message, lexicon, first, parts):
        return 0
    told = len(message.tokens) > _LONG and len(parts) < 5
    return int((_distinctive(lexicon, parts) and not told) or _capitalised(message, first, last))


def _is_verdict(message: Message, start: int, end: int) -> bool:
    """Whether the words are part of a longer verdict: "not a fan of any of these" names no book called Not a Fan."""
    verdicts = (match.span() for name in ("dislike", "refused_all") for match in cue(name).finditer(message.text))
    return any(first <= start and end <= last and last - first > end - start for first, last in verdicts)


def _is_person(message: Message, lexicon: CatalogLexicon, first: int, parts: list[str]) -> bool:
    """ "with Keanu" speaks of a person even where an item bears the name."""
    facets = (lexicon.facet(meaning.facet) for meaning in lexicon.values.get(phrase_key(parts), ()))
    creator = any(facet is not None and facet.role is FacetRole.CREATOR for facet in facets)
    return creator and bool(first) and message.tokens[first - 1].text in data("words")["before_people"]


def _contentful(part: str) -> bool:
    return part not in data("words")["stop"].split()


def _written_large(message: Message, first: int, last: int) -> bool:
    return all(message.raw[token.start].isupper() or token.text.isdigit() for token in message.tokens[first:last])


def is_signal(message: Message) -> bool:
    """A whole message like "More", "Next" or "I don't care" names neither title nor value."""
    said = message.text.strip(" .!?")
    return any(
        _over_and_over(name).fullmatch(said)
        for name in ("more", "answer_yes", "answer_no", "relax_answer", "greeting", "thanks")
    )


@cache
def _over_and_over(name: str) -> re.Pattern[str]:
    """The signal, perhaps several times: "hi, happy new year"."""
    return re.compile(rf"(?:(?:{cue(name).pattern})[ ,.!]*)+")


def _introduced(message: Message, start: int) -> bool:
    before = message.text[max(0, start - 30) : start]
    return re.search(rf"(?:{cue('strong_title_cue').pattern})\s*[\"'《]?(?:the |a |an )?$", before) is not None


def _is_value(lexicon: CatalogLexicon, parts: list[str]) -> bool:
    """Whether the words are rather a kind or brand of thing, or a general notion."""
    key = phrase_key(parts)
    roles = (lexicon.facet(meaning.facet) for meaning in lexicon.values.get(key, ()) if meaning.strength > HEAD)
    kinds = (FacetRole.CATEGORY, FacetRole.BRAND)
    return key in concepts_by_key() or any(facet is not None and facet.role in kinds for facet in roles)


def _distinctive(lexicon: CatalogLexicon, parts: list[str]) -> bool:
    """Long enough, or with a word that is neither everyday nor a topic nor frequent in the catalog."""
    rare = [
        part for part in parts if not (is_common(part) or stem(part) in topic_words() or _is_value(lexicon, [part]))
    ]
    if len(parts) >= 5:
        return True
    if len(parts) == 1:
        return bool(rare) and len(parts[0]) > 3 and lexicon.rare.get(stem(parts[0]), 0) <= 12
    return bool(rare)


def _capitalised(message: Message, first: int, last: int) -> bool:
    """Capital letters in mid-sentence, in a message that is not all capitals."""
    start = message.tokens[first].start
    written = [
        message.raw[token.start]
        for token in message.tokens[first:last]
        if token.text not in ("the", "of", "and", "a", "in", "to")
    ]
    if not written or not all(letter.isupper() for letter in written) or message.raw.isupper():
        return False
    opening = start == 0 or message.raw[:start].rstrip()[-1:] in ".!?"
    return (
        (not opening or len(written) > 1)
        and any(letter.islower() for letter in message.raw)
        and message.tokens[first].text != "i"
    )


def find_values(
    message: Message, lexicon: CatalogLexicon, names: list[NameSpan], blocked: list[Span]
) -> list[ValueMention]:
    """The values that are meant as such, narrowed by the words around them; none inside `blocked`."""
    concepts = mentioned_concepts(message)
    found = []
    for first, last, key in scan(message, lexicon.values, LONGEST)[:_AT_MOST]:
        start, end = message.tokens[first].start, message.tokens[last - 1].end
        meaning = _meaning(lexicon.values[key], [name.facet for name in names if beside(name, Span(start, end))])
        named = meaning is not None and any(
            name.facet == meaning.facet and beside(name, Span(start, end)) for name in names
        )
        if (
            meaning is None
            or overlaps(Span(start, end), blocked)
            or not ((named and meaning.strength > SHARED) or _meant(message, lexicon, first, last, meaning))
        ):
            continue
        exact = meaning.strength == EXACT
        values = _spelled(meaning, message.text[start:end]) if exact else narrowed(meaning, message, concepts)
        found.append(ValueMention(start, end, meaning.facet, values, meaning.strength))
    return found


def resolved(
    titles: list[TitleMention], values: list[ValueMention], names: list[NameSpan]
) -> tuple[list[TitleMention], list[ValueMention]]:
    """Where a title and a value overlap the longer one is meant; of equals the value only beside its facet's name."""
    named = [one for one in values if any(name.facet == one.facet and beside(name, one) for name in names)]
    kept = [
        one
        for one in titles
        if not any(_inside(one, value) and _length(value) + (value in named) > _length(one) for value in values)
    ]
    return kept, [value for value in values if not overlaps(value, kept)]


def _inside(inner: TitleMention, outer: ValueMention) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _length(mention: TitleMention | ValueMention) -> int:
    return mention.end - mention.start


def beside(name: NameSpan, one: Spanned) -> bool:
    """Whether the facet's name stands beside the characters: "category laptops", 品牌是苹果."""
    return 0 <= one.start - name.end <= 6 or 0 <= name.start - one.end <= 3


def _meaning(meanings: tuple[Meaning, ...], named: list[str]) -> Meaning | None:
    return next((meaning for meaning in meanings if meaning.facet in named), meanings[0] if meanings else None)


def _meant(message: Message, lexicon: CatalogLexicon, first: int, last: int, meaning: Meaning) -> bool:
    """Everyday words are a value only where their place or spelling says so."""
    parts = [token.text for token in message.tokens[first:last]]
    previous = message.tokens[first - 1].text if first else ""
    if len(parts) == 1 and len(parts[0]) == 1:
        return _stands_alone(message, lexicon, first, previous)
    if meaning.strength == SHARED:
        return previous in data("words")["before_people"] and (not is_common(parts[0]) or previous == "by")
    if len(parts) == 1 and stem(parts[0]) in data("words")["careful"]:
        plural = parts[0].endswith("s") and len(parts[0]) > 3
        return plural or previous in ("a", "an") or len(message.tokens) == 1 or _capitalised(message, first, last)
    if len(parts) == 1 and stem(parts[0]) in data("words")["verbs"]:
        return cue("verb_before").fullmatch(previous) is None or _capitalised(message, first, last)
    if (
        len(parts) == 1
        and is_common(parts[0])
        and all(len(words(value)) > 1 for value in meaning.values)
        and meaning.strength == EXACT
    ):
        return False
    facet = lexicon.facet(meaning.facet)
    if facet and facet.role is FacetRole.CREATOR and meaning.strength == HEAD and previous == "about":
        return False  # a book about Agatha is about her, whoever else is known by that name
    if facet is None or facet.role is FacetRole.CATEGORY or not all(is_common(part) for part in parts):
        return True
    if facet.role in _NAMES or _is_open(lexicon, facet.name):
        return _capitalised(message, first, last) or len(message.tokens) == len(parts)
    return True


def _stands_alone(message: Message, lexicon: CatalogLexicon, place: int, previous: str) -> bool:
    """Whether a single Chinese character is a word: after a measure word, at the end of a phrase or before the noun."""
    rest = message.text[message.tokens[place].end :]
    ends = not has_chinese(rest[:1]) or rest[0] in "的吗呢吧和或" or rest.startswith(lexicon.nouns)
    before = message.text[: message.tokens[place].start]
    refused = re.search(rf"(?:{cue('negation').pattern})$", before)
    return ends and (previous in data("words")["before_single"] or refused is not None)


def _is_open(lexicon: CatalogLexicon, facet: str) -> bool:
    """Whether a facet has so many values that everyday words are among them."""
    return lexicon.sizes.get(facet, 0) > _MANY


def _spelled(meaning: Meaning, said: str) -> tuple[str, ...]:
    """Of values that differ in an ending those spelled as they were said."""
    if len(meaning.values) < 2:
        return meaning.values
    return tuple(value for value in meaning.values if Message.read(value).text == said) or meaning.values


def narrowed(meaning: Meaning, message: Message, concepts: frozenset[int]) -> tuple[str, ...]:
    """Of several values of the same last word those whose other words are said too: "watches for women"."""
    if len(meaning.values) < 2:
        return meaning.values
    said = {stem(token.text) for token in message.tokens}
    fitting = tuple(
        value
        for value in meaning.values
        if any(_said(part, said, concepts) for part in words(value)[:-1] or words(value))
    )
    return fitting or meaning.values


def _said(part: str, said: set[str], concepts: frozenset[int]) -> bool:
    return stem(part) in said or bool(concepts_by_key().get(stem(part), frozenset()) & concepts)
