"""Items in a reply: the title, one to three key facts, what must be disclosed, and the reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....graphs.briefs import RecommendedItem, ReplyBrief
from ....tools.items import FacetRole
from ....tools.normalize import has_chinese, normalize
from .phrases import Phrases
from .text import TITLE_LENGTH, beginning, one_line, sentence, unended
from .values import render_value

FACTS = 3
REASONS = 3
_NAMES = 2
_TEXT_LENGTH = 180
_FACT_LENGTH = 60
_TELLING = (
    FacetRole.CATALOG,
    FacetRole.CREATOR,
    FacetRole.BRAND,
    FacetRole.DATE,
    FacetRole.PRICE,
    FacetRole.RATING,
    FacetRole.PLACE,
    FacetRole.CATEGORY,
)
"""Roles worth a mention in a list, the most telling first."""
_NOUNS = re.compile("[或、]")
_INSIDE = frozenset("0123456789abcdefghijklmnopqrstuvwxyz.,")
_GOES_ON = re.compile(r"[0-9a-z]|[.,]\d")
_SILENT = {FacetRole.SPONSORED, FacetRole.POPULARITY, FacetRole.STOCK, FacetRole.AGE, FacetRole.IDENTIFIER}


def title_of(item: RecommendedItem, brief: ReplyBrief, phrases: Phrases) -> str:
    """The title on one line, between 《》 where Chinese wants them."""
    title = one_line(item.title, TITLE_LENGTH)
    titled = all(noun in phrases.table("titled") for noun in _NOUNS.split(brief.noun))
    bracketed = brief.language == "zh" and titled and "《" not in title
    return f"《{title}》" if bracketed else title


def item_lines(brief: ReplyBrief, phrases: Phrases) -> str:
    """The items as a numbered list; one item stands alone, with the beginning of its description."""
    if len(brief.items) == 1:
        item = brief.items[0]
        about = about_item(item, _TEXT_LENGTH, brief, phrases)
        why = sentence(reasons_of(item, phrases), brief.language)
        return "\n".join(part for part in (headline(item, brief, phrases), about, why) if part)
    return "\n".join(_entry(rank, item, brief, phrases) for rank, item in enumerate(brief.items, 1))


def about_item(item: RecommendedItem, limit: int, brief: ReplyBrief, phrases: Phrases) -> str:
    """The beginning of the description; in quotation marks where it is in another language than the reply."""
    text = beginning(item.text, limit)
    if not text or has_chinese(text) == (brief.language == "zh"):
        return sentence(text, brief.language)
    return phrases.word("original").format(text=text)


def headlines(brief: ReplyBrief, phrases: Phrases) -> str:
    """The items as a list without reasons, numbered when there are several."""
    lines = [headline(item, brief, phrases) for item in brief.items]
    return "\n".join(lines if len(lines) == 1 else [f"{rank}. {line}" for rank, line in enumerate(lines, 1)])


def _entry(rank: int, item: RecommendedItem, brief: ReplyBrief, phrases: Phrases) -> str:
    why = sentence(reasons_of(item, phrases), brief.language)
    return f"{rank}. {headline(item, brief, phrases)}" + (f"\n   {why}" if why else "")


def headline(item: RecommendedItem, brief: ReplyBrief, phrases: Phrases) -> str:
    """Title, disclosures and key facts on one line."""
    title = title_of(item, brief, phrases)
    for disclosure in item.disclosures:
        title += phrases.word("disclosed").format(disclosure=one_line(disclosure))
    facts = phrases.word("fact_comma").join(key_facts(item, brief, phrases))
    return phrases.word("with_facts").format(title=title, facts=facts) if facts else title


def disclosures_of(brief: ReplyBrief, phrases: Phrases) -> str:
    """What must be disclosed, item by item, for replies that do not list the items."""
    return "\n".join(
        phrases.word("named").format(name=title_of(item, brief, phrases), value=one_line(disclosure))
        for item in brief.items
        for disclosure in item.disclosures
    )


def reasons_of(item: RecommendedItem, phrases: Phrases) -> str:
    """The reasons in a row, without a full stop."""
    return phrases.word("reason_gap").join(unended(reason) for reason in item.reasons[:REASONS])


def key_facts(item: RecommendedItem, brief: ReplyBrief, phrases: Phrases) -> list[str]:
    """At most three short facts, without those that the title or a reason already says."""
    said = normalize(" ".join((item.title, *item.reasons)))
    facts = list(_facts(item, brief, phrases))
    return [text for text, value in facts if len(text) <= _FACT_LENGTH and not _says(said, normalize(value))][:FACTS]


def _says(said: str, value: str) -> bool:
    """Whether the value stands there as a word or number of its own."""
    at = said.find(value)
    while at >= 0:
        if said[at - 1 : at] not in _INSIDE and not _GOES_ON.match(said, at + len(value)):
            return True
        at = said.find(value, at + 1)
    return False


def _facts(item: RecommendedItem, brief: ReplyBrief, phrases: Phrases) -> Iterator[tuple[str, str]]:
    for facet in telling_facets(item, brief):
        value = render_value(item.facets[facet], facet, brief, phrases, parts=_NAMES)
        role = brief.facet_roles.get(facet)
        yield phrases.say(f"fact.{role}", "fact.other", label=label_of(facet, brief), value=value), value


def telling_facets(item: RecommendedItem, brief: ReplyBrief) -> list[str]:
    """Facets of the item by how telling their role is; those without a role come last, yes-or-no ones not at all."""
    rank: dict[FacetRole | None, int] = {role: index for index, role in enumerate(_TELLING)}
    shown = [
        facet
        for facet, value in item.facets.items()
        if brief.facet_roles.get(facet) not in _SILENT and not isinstance(value, bool) and value not in ((), "")
    ]
    return sorted(shown, key=lambda facet: rank.get(brief.facet_roles.get(facet), len(rank)))


def label_of(facet: str, brief: ReplyBrief) -> str:
    """The facet's name in the language of the reply."""
    return one_line(brief.facet_labels.get(facet) or facet.replace("_", " "))


def constraints_of(brief: ReplyBrief, phrases: Phrases) -> str:
    """The conditions in force, in a row."""
    return phrases.word("constraint_gap").join(one_line(one) for one in brief.constraints)
