"""Which items a message is about: by place in the list, by title, by a property ("the Dell one"), or by pronoun."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from ....graphs.briefs import ShownItem, UnderstandBrief
from ....graphs.understanding import WHICH
from ....tools.items import FacetRole
from ....tools.normalize import has_chinese
from ..lexicon import CatalogLexicon
from ..lexicon_index import concepts_by_key, is_common, title_forms, topic_words
from .cues import cue
from .facets import facet_for
from .mentions import TitleMention, ValueMention
from .numbers import chinese_value
from .text import Message, Span, Spanned, overlaps, read_title, stem, words

Kind = Literal["place", "title", "named", "extreme", "pronoun"]
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_CARDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINAL = rf"(?:{'|'.join(_ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th)|last|final)"
_COUNT = r"(?:two|three|four|five|couple|few|[2-9])"
_THING = (
    "(?:ones?|options?|choices?|books?|movies?|films?|items?|products?|suggestions?|recommendations?|restaurants?|places?"
    "|results?|titles?|courses?)"
)
_NO_PLACE = r"(?:time|year|week|month|day|night|name|book of|of all|price)s?\b"
_SEVERAL = re.compile(rf"(?<![a-z])(first|top|last)(?: of)? ({_COUNT})(?: {_THING})?(?![a-z])")
_PLACE = re.compile(
    rf"(?<![a-z])(?:(?:the|your|that|this) ({_ORDINAL})(?! {_NO_PLACE})(?: {_THING})?|({_ORDINAL}) {_THING}"
    rf"|^({_ORDINAL})(?=[ ,.?!]*$)"
    rf"|(?:and|or|vs\.?|to|with|than|,) (?:the )?({_ORDINAL})(?= |[.,?!]|$)(?! {_NO_PLACE}))(?![a-z])"
)
_LINKED = 4
"""The group of `_PLACE` that follows a linking word, which is not part of the reference."""
_NUMBERED = re.compile(
    r"#\s?(\d{1,2})|(?<![a-z])(?:number|no\.?|nr\.?|option|item|choice) "
    rf"(\d{{1,2}}|{'|'.join(_CARDINALS)})(?![a-z0-9])"
)
_CHINESE_UNIT = r"(?:个|本|部|家|款|件|台|种|道|门|项|张|间|条|双|首|只)?"
_CHINESE_PLACE = re.compile(rf"(倒数)?第([一二两三四五六七八九十]|\d{{1,2}}){_CHINESE_UNIT}(?![次天季集年名代大])")
_CHINESE_SEVERAL = re.compile(rf"([前后])(?:面的?)?([两二三四五六俩\d])(?!\d){_CHINESE_UNIT}(?!年)")
_CHINESE_LAST = re.compile(rf"最后[一]?{_CHINESE_UNIT}(?=[的是呢吗吧怎有多，。？!?]|$)|最后一{_CHINESE_UNIT}")
_BARE_PLACES = re.compile(
    r"(?<![\d.$€£¥第])(\d)(?![\d.])\s*(?:and|with|to|vs\.?|versus|or|,|&|和|跟|与|还是)\s*(\d)(?![\d.])"
)
_BARE_NUMBERS = re.compile(r"\W*\d{1,2}(?:[\W_]*(?:and|or|&|和|跟|与|、)?[\W_]*\d{1,2})*\W*")
_EXTREMES: tuple[tuple[str, FacetRole | None, tuple[str, ...], Callable[..., ShownItem]], ...] = (
    ("cheapest_one", FacetRole.PRICE, (), min),
    ("priciest_one", FacetRole.PRICE, (), max),
    ("newest_one", FacetRole.DATE, (), max),
    ("oldest_one", FacetRole.DATE, (), min),
    ("best_one", FacetRole.RATING, (), max),
    ("shortest_one", None, ("minute", "page"), min),
    ("longest_one", None, ("minute", "page"), max),
)


class Reference(NamedTuple):
    """Characters that refer to items, and the ids of those items, in the order they were said."""

    start: int
    end: int
    ids: tuple[str, ...]
    kind: Kind


def _inside(one: Spanned, longer: Spanned) -> bool:
    """Whether it is a part of something longer: 第一 in 京都第一瀑."""
    return longer.start <= one.start and one.end <= longer.end and longer.end - longer.start > one.end - one.start


def find_references(
    message: Message,
    brief: UnderstandBrief,
    lexicon: CatalogLexicon,
    titles: list[TitleMention],
    values: Sequence[ValueMention],
) -> list[Reference]:
    """Every reference, in the order of the text; a shorter one inside a longer one is left out."""
    places = [one for one in _places(message, brief) if not any(_inside(one, value) for value in values)]
    kept = [one for one in titles if not any(place.start <= one.start and one.end <= place.end for place in places)]
    named = [one for one in _shown_titles(message, brief, values) if not overlaps(one, places)]
    named = [one for one in named if not any(_inside(one, title) for title in kept)]
    others = [Reference(title.start, title.end, _preferred(title, brief), "title") for title in kept]
    named += [one for one in others if not overlaps(one, named)]
    spans = [Span(one.start, one.end) for one in named]
    for found in (
        places,
        [one for one in _extremes(message, _in_view(brief), lexicon) if not (places and _is_which(message.text, one))],
        _by_words(message, brief, lexicon, values),
        _by_value(message, brief, values),
    ):
        fresh = [one for one in found if not overlaps(one, spans)]
        named += fresh
        spans += [Span(one.start, one.end) for one in fresh]
    pronouns = [] if named else [one for one in _pronouns(message, brief) if not overlaps(one, spans)]
    return sorted([*named, *pronouns])


def _shown_titles(message: Message, brief: UnderstandBrief, values: Sequence[ValueMention]) -> list[Reference]:
    """Titles that are before the person's eyes, word for word, whatever everyday words they are made of."""
    found: list[Reference] = []
    for item in sorted((*brief.shown, *brief.shown_before), key=lambda one: -len(one.title)):
        title = read_title(item.title).text
        shape = rf"(?<![a-z0-9]){re.escape(title)}(?![a-z0-9])" if not has_chinese(title) else re.escape(title)
        telling = title in message.text and len(title) > 2 and (len(words(title)) > 1 or not is_common(title))
        for match in re.finditer(shape, message.text) if telling else ():
            one = Reference(*match.span(), (item.id,), "title")
            if not overlaps(one, found) and not any(
                value.start <= one.start and one.end <= value.end for value in values
            ):
                found.append(one)
    return found


def _preferred(title: TitleMention, brief: UnderstandBrief) -> tuple[str, ...]:
    """Of items of the same name the one that was shown, else the first."""
    seen = [one.id for one in (*brief.shown, *brief.shown_before) if one.id in title.item_ids]
    return tuple(seen[:1]) or title.item_ids[:1]


def _places(message: Message, brief: UnderstandBrief) -> list[Reference]:
    if not brief.shown:
        return []
    ids = [one.id for one in sorted(brief.shown, key=lambda one: one.rank)]
    found = [Reference(*match.span(), _several(match, ids), "place") for match in _SEVERAL.finditer(message.text)]
    found += [
        Reference(*match.span(), _several(match, ids), "place") for match in _CHINESE_SEVERAL.finditer(message.text)
    ]
    for pattern in (_PLACE, _NUMBERED, _CHINESE_PLACE, _CHINESE_LAST):
        for match in pattern.finditer(message.text):
            if not overlaps(Span(*match.span()), found):
                start = match.start(match.lastindex or 0) if match.lastindex == _LINKED else match.start()
                found.append(Reference(start, match.end(), _at(match, ids), "place"))
    found += [one for one in _compared(message.text, ids) if not overlaps(one, found)]
    if brief.asked_facet.startswith(WHICH):
        found += [one for one in _answered(message.text, ids) if not overlaps(one, found)]
    return [one for one in found if one.ids]


def _answered(text: str, ids: list[str]) -> list[Reference]:
    """ "2 and 4", "all": which ones, after that was asked."""
    if everything := cue("which_all").search(text):
        return [Reference(*everything.span(), tuple(ids), "place")]
    if not _BARE_NUMBERS.fullmatch(text.strip()):
        return []
    numbers = [(match.span(), int(match.group())) for match in re.finditer(r"\d+", text)]
    return [Reference(*span, (ids[place - 1],), "place") for span, place in numbers if 1 <= place <= len(ids)]


def _compared(text: str, ids: list[str]) -> list[Reference]:
    """ "compare 1 and 3", 1和3哪个好."""
    found = _BARE_PLACES.search(text) if cue("compare").search(text) else None
    places = [(found.span(n), int(found.group(n))) for n in (1, 2)] if found else []
    return [Reference(*span, (ids[place - 1],), "place") for span, place in places if 1 <= place <= len(ids)]


def _several(match: re.Match[str], ids: list[str]) -> tuple[str, ...]:
    word = match.group(2)
    count = int(word) if word.isdigit() else {"couple": 2, "few": 3, "俩": 2}.get(word) or _value(word)
    return tuple(ids[-count:] if match.group(1) in ("last", "后") else ids[:count])


def _value(word: str) -> int:
    return _CARDINALS.index(word) + 1 if word in _CARDINALS else int(chinese_value(word) or 0)


def _at(match: re.Match[str], ids: list[str]) -> tuple[str, ...]:
    said = [one for one in match.groups() if one]
    word = said[-1] if said else "last"
    if word in ("last", "final"):
        return (ids[-1],)
    if digits := re.match(r"\d+", word):
        place = int(digits.group())
    else:
        place = _ORDINALS.index(word) + 1 if word in _ORDINALS else _value(word)
    place = len(ids) + 1 - place if said[0] == "倒数" else place
    return (ids[place - 1],) if 1 <= place <= len(ids) else ()


def _is_which(text: str, one: Reference) -> bool:
    """ "which is cheaper, the first or the third?" names its own candidates."""
    return text[one.start :].startswith(("which", "哪"))


def _in_view(brief: UnderstandBrief) -> tuple[ShownItem, ...]:
    """Those that were just compared or told about, else the whole list."""
    told = tuple(one for one in (*brief.shown, *brief.shown_before) if one.id in brief.in_focus)
    return told if len(told) > 1 else brief.shown


def _extremes(message: Message, shown: Sequence[ShownItem], lexicon: CatalogLexicon) -> list[Reference]:
    found: list[Reference] = []
    for name, role, units, choose in _EXTREMES:
        facet = facet_for(lexicon, role, units)
        match = cue(name).search(message.text) if facet and len(shown) > 1 else None
        held = [one for one in shown if isinstance(one.facets.get(facet.name), (int, float, str))] if facet else []
        if facet and match and held:
            one = choose(held, key=lambda item, name=facet.name: item.facets[name])
            found.append(Reference(*match.span(), (one.id,), "extreme"))
    return found


def _by_words(
    message: Message, brief: UnderstandBrief, lexicon: CatalogLexicon, values: Sequence[ValueMention]
) -> list[Reference]:
    """ "the Dell one", or a part of the title of something that was shown."""
    found = [one for match in cue("one_word").finditer(message.text) if (one := _property(match, brief.shown))]
    parts = [one for one in _title_parts(message, brief, lexicon) if not any(_inside(one, value) for value in values)]
    return found + [one for one in parts if not overlaps(one, found)]


def _by_value(message: Message, brief: UnderstandBrief, values: Sequence[ValueMention]) -> list[Reference]:
    """ "tell me about the Asus": a brand or person after "the", at the end of a clause, that some of the shown have."""
    found: list[Reference] = []
    for one in values:
        after = message.text[one.end : one.end + 1]
        article = re.search(r"\bthe $", message.text[: one.start])
        ids = [item.id for item in brief.shown if set(one.values) & _values_of(item, one.facet)]
        if article and (not after or after in ".,!?") and 0 < len(ids) < len(brief.shown):
            found.append(Reference(article.start(), one.end, tuple(ids), "named"))
    return found


def _values_of(item: ShownItem, facet: str) -> set[str]:
    value = item.facets.get(facet, ())
    return set(value) if isinstance(value, tuple) else {str(value)}


def _property(match: re.Match[str], shown: Sequence[ShownItem]) -> Reference | None:
    said = next((group for group in match.groups() if group), "")
    asked = {stem(word) for word in words(said)} if said.isascii() else {said}
    fitting = [
        one for one in shown if asked and (asked <= _described(one) or (not said.isascii() and _says(one, said)))
    ]
    if not fitting or len(fitting) == len(shown) > 1:
        return None
    return Reference(*match.span(), tuple(one.id for one in fitting), "named")


def _described(item: ShownItem) -> set[str]:
    values = [value for value in item.facets.values() if isinstance(value, (str, tuple))]
    texts = [item.title, *(part for value in values for part in (value if isinstance(value, tuple) else (value,)))]
    return {stem(word) for text in texts for word in words(text)}


def _says(item: ShownItem, said: str) -> bool:
    values = [value for value in item.facets.values() if isinstance(value, (str, tuple))]
    parts = [part for value in values for part in (value if isinstance(value, tuple) else (value,))]
    groups = concepts_by_key().get(said, frozenset())
    return any(
        said in part or groups & concepts_by_key().get(stem(part.casefold()), frozenset())
        for part in (item.title, *parts)
    )


def _title_parts(message: Message, brief: UnderstandBrief, lexicon: CatalogLexicon) -> list[Reference]:
    """A word that only one of the shown items has in its title."""
    candidates = (*brief.shown, *brief.shown_before)
    found: dict[str, Reference] = {}
    for item in candidates:
        for start, end in _own_words(message, item, lexicon):
            if sum(message.text[start:end] in read_title(other.title).text for other in candidates) == 1:
                found.setdefault(item.id, Reference(start, end, (item.id,), "named"))
    return list(found.values())


def _own_words(message: Message, item: ShownItem, lexicon: CatalogLexicon) -> list[tuple[int, int]]:
    if has_chinese(item.title):
        return [span for form in title_forms(item.title) if (span := _opening(message.text, Message.read(form).text))]
    own = {
        word for word in words(item.title) if len(word) > 2 and not is_common(word) and stem(word) not in topic_words()
    }
    plain = [token for token in message.tokens if token.text.removesuffix("'s") in own]
    return [(token.start, token.end) for token in plain if stem(token.text) not in lexicon.values]


def _opening(text: str, title: str) -> tuple[int, int] | None:
    """Where the beginning of a Chinese title, at least three characters of it, stands in the text."""
    for length in range(min(len(title), 8), 2, -1):
        at = text.find(title[:length])
        if at >= 0:
            return at, at + length
    return None


def _pronouns(message: Message, brief: UnderstandBrief) -> list[Reference]:
    """ "these" are all that were shown; "it" is what was just talked about, or the one that was shown."""
    shown = brief.shown
    ids = tuple(one.id for one in sorted(shown, key=lambda one: one.rank))
    if ids and (match := cue("pronoun_all").search(message.text)):
        return [Reference(*match.span(), brief.in_focus if len(brief.in_focus) > 1 else ids, "pronoun")]
    if len(brief.in_focus) == 1 and (match := cue("pronoun_one").search(message.text)):
        return [Reference(*match.span(), brief.in_focus, "pronoun")]
    if len(ids) == 1 and (match := cue("pronoun_one").search(message.text)):
        return [Reference(*match.span(), ids, "pronoun")]
    return []
