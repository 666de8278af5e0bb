"""Whether a value is wanted or refused, by the words before and after it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from .cues import cue
from .facets import NameSpan
from .mentions import ValueMention
from .text import Message, Span, Spanned, overlaps, phrase_key, words

_REACH = 60
_CLAUSES = re.compile(r"[^,.!?;，。！？；]+")


@cache
def _filler() -> re.Pattern[str]:
    connectors = rf"{cue('any_of').pattern}|{cue('all_of').pattern}"
    return re.compile(rf"(?:\s|[、/\"'《]|{connectors}|{cue('negation_filler').pattern})*")


def refused(
    message: Message, mention: ValueMention, mentions: list[ValueMention], names: Sequence[NameSpan] = ()
) -> bool:
    """True for "no X", "not A or X", "anything but X", "X is out"; the name of its facet may stand between."""
    own = [name for name in names if name.facet == mention.facet]
    between = sorted([*mentions, *own], key=lambda one: one.start)
    before = _negated_before(message.text, mention, mentions, between)
    return before or _negated_after(message.text, mention, mentions) or too_much(message, mention)


def narrower_refusals(message: Message, mentions: list[ValueMention]) -> list[ValueMention]:
    """ "A tablet, no iPads": another word for a value is refused while the value is wanted, so only that word is."""
    no = [one for one in mentions if refused(message, one, mentions)]
    wanted = {(one.facet, one.values): _word(message, one) for one in mentions if one not in no}
    return [one for one in no if wanted.get((one.facet, one.values), _word(message, one)) != _word(message, one)]


def _word(message: Message, mention: ValueMention) -> str:
    return phrase_key(words(message.text[mention.start : mention.end]))


def too_much(message: Message, mention: ValueMention) -> bool:
    """ "too scary" complains of it; "not too scary" does not ask for it either."""
    return re.search(rf"(?:{cue('too_much').pattern})\s*$", message.text[: mention.start]) is not None


def _negated_before(text: str, mention: ValueMention, mentions: list[ValueMention], between: Sequence[Spanned]) -> bool:
    start = max(0, mention.start - _REACH)
    safe = [found.span() for found in cue("not_negation").finditer(text, start, mention.start)]
    for found in reversed(list(cue("negation").finditer(text, start, mention.start))):
        if any(low <= found.start() < high for low, high in safe) or _says_otherwise(text, found, mentions):
            continue
        gap = _without(text, found.end(), mention.start, between)
        if cue("contrast").search(gap) is None and _filler().fullmatch(
            gap.replace(",", " ") if _in_list(text, mention) else gap
        ):
            return True
    return False


def _says_otherwise(text: str, found: re.Match[str], mentions: list[ValueMention]) -> bool:
    """Whether the "no" answers ("organic: no") or is part of a value ("No return policy")."""
    return text[: found.start()].rstrip().endswith(":") or overlaps(Span(*found.span()), mentions)


def denied(text: str, start: int) -> bool:
    """Whether a negation stands right before: "no wifi"; 有没有 is a question."""
    low = max(0, start - 14)
    safe = [match.end() for match in cue("not_negation").finditer(text, low, start)]
    ends = [match.end() for match in cue("negation").finditer(text, low, start)]
    return any(not text[end:start].strip(" a") and end not in safe for end in ends)


def qualifies(text: str, first: ValueMention, second: ValueMention) -> bool:
    """Whether the first stands right before the second and says which: "Samsung phones", 苹果的手机."""
    return (
        first.end <= second.start
        and first.facet != second.facet
        and text[first.end : second.start].strip() in ("", "的", "-")
    )


def _in_list(text: str, mention: ValueMention) -> bool:
    """Commas join a list only when its last member follows "or" or "and"."""
    before, after = text[: mention.start], text[mention.end :]
    linked = re.compile(rf"(?:{cue('any_of').pattern}|{cue('all_of').pattern})")
    return bool(
        re.search(rf"(?:{linked.pattern})\s*$", before)
        or re.match(rf"\s*,?\s*(?:[\w-]+\s*,\s*)*[\w-]*\s*(?:{linked.pattern})", after)
    )


def _without(text: str, start: int, end: int, others: Sequence[Spanned]) -> str:
    """The text between, other mentioned values and facet names left out."""
    gap, at = "", start
    for other in others:
        if at <= other.start and other.end <= end:
            gap, at = gap + text[at : other.start], other.end
    return gap + text[at:end]


def _negated_after(text: str, mention: ValueMention, mentions: list[ValueMention]) -> bool:
    end = next((other.start for other in mentions if other.start >= mention.end), len(text))
    rest = text[mention.end : min(end, mention.end + 30)]
    found = re.match(rf"[\s\-]*(?:[a-z]+\s)?\s*(?:{cue('negation_after').pattern})", rest)
    return found is not None and not (mention.end + found.end() == end < len(text) and _refuses_next(found.group()))


def refused_again(text: str, mention: ValueMention, mentions: list[ValueMention]) -> bool:
    """ "We had Jane Austen last time, so not her": the pronoun means whoever was named last before it."""
    found = cue("refused_again").search(text, mention.end)
    between = [one for one in mentions if found and mention.end <= one.start < found.start()]
    return found is not None and not any(one.facet == mention.facet for one in between)


def had_before(text: str, mention: ValueMention) -> bool:
    """ "We had hot pot yesterday, something else please": what there was last time is not wanted this time."""
    clause = [one for one in _CLAUSES.finditer(text) if one.start() <= mention.start and mention.end <= one.end()]
    before = any(cue("last_time").search(one.group()) for one in clause)
    return before and cue("something_else").search(text, mention.end) is not None


def _refuses_next(said: str) -> bool:
    """Whether the words are said of what comes after them: 手机不要苹果, but 手机算了苹果."""
    return cue("negation").fullmatch(said.strip()) is not None


def linked(text: str, first: ValueMention, second: ValueMention) -> str:
    """What connects two neighbours: "or", "and", or "" for mere neighbourhood."""
    gap = text[first.end : second.start]
    if cue("any_of").search(gap) or (gap.strip() == "," and cue("any_of").search(text[second.end : second.end + 25])):
        return "or"
    return "and" if cue("all_of").search(gap) else ""


def is_soft(text: str, start: int, end: int) -> bool:
    """Whether the words around, within their clause, make it a wish rather than a condition."""
    before = re.split(r"[.!?;,，。；]", text[max(0, start - 30) : start])[-1]
    return cue("soft").search(before) is not None or _soft_after().match(text, end) is not None


@cache
def _soft_after() -> re.Pattern[str]:
    """ "blue would be nice", "blue, preferably"; a clause that goes on after the comma is another matter."""
    soft = cue("soft").pattern
    return re.compile(rf"[^.!?;,，。；]{{0,8}}?(?:{soft})|,? ?(?:{soft})(?=\s*(?:[.!?,;]|$))")
