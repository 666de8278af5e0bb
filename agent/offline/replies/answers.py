"""Answers about items: the facets asked for, why an item was recommended, and what the catalog does not say."""

from __future__ import annotations

from ....graphs.briefs import RecommendedItem, ReplyBrief
from ....tools.items import FacetValue
from .items import about_item, constraints_of, disclosures_of, headline, label_of, reasons_of, title_of
from .phrases import Phrases
from .text import capitalized
from .values import render_value

_TEXT_LENGTH = 400
_PARTS = 10


def answer_lines(brief: ReplyBrief, phrases: Phrases) -> str:
    """A sentence for one facet, a list for several; the description when no facet was asked for."""
    if not brief.facets_asked:
        return "\n".join(_description(item, brief, phrases) for item in brief.items)
    told = _facet_list if len(brief.facets_asked) > 1 else _facet_sentence
    answers = [told(item, brief, phrases) for item in brief.items]
    return "\n".join(part for part in [*answers, disclosures_of(brief, phrases)] if part)


def explanation_lines(brief: ReplyBrief, phrases: Phrases) -> str:
    """Each item with its reasons; the conditions it meets where it has none."""
    explained = [_explanation(item, brief, phrases) for item in brief.items]
    return "\n".join(part for part in [*explained, disclosures_of(brief, phrases)] if part)


def _facet_sentence(item: RecommendedItem, brief: ReplyBrief, phrases: Phrases) -> str:
    facet = brief.facets_asked[0]
    label = label_of(facet, brief) if facet in brief.facet_labels else phrases.table("unlisted").get(facet, facet)
    title, value = title_of(item, brief, phrases), item.facets.get(facet)
    if value is None or value == ():
        return phrases.say("answer.missing", title=title, label=label)
    shown = render_value(value, facet, brief, phrases, parts=_PARTS)
    return phrases.say(*_wordings(facet, value, label, brief), title=title, label=label, value=shown)


def _wordings(facet: str, value: FacetValue, label: str, brief: ReplyBrief) -> tuple[str, ...]:
    """A wording of the role, for numbers and names; one for lists, for plural labels and for yes or no; any other."""
    if isinstance(value, bool) or label.endswith("s") or (isinstance(value, tuple) and len(value) > 1):
        return ("answer.listed",)
    return (f"answer.{brief.facet_roles.get(facet)}", "answer.other")


def _facet_list(item: RecommendedItem, brief: ReplyBrief, phrases: Phrases) -> str:
    rows = [_facet_row(facet, item, brief, phrases) for facet in brief.facets_asked]
    return "\n".join([phrases.word("headed").format(title=title_of(item, brief, phrases)), *rows])


def _facet_row(facet: str, item: RecommendedItem, brief: ReplyBrief, phrases: Phrases) -> str:
    value = item.facets.get(facet)
    if value is None or value == ():
        shown = phrases.word("unknown")
    else:
        shown = render_value(value, facet, brief, phrases, parts=_PARTS)
    return "- " + phrases.word("named").format(name=capitalized(label_of(facet, brief)), value=shown)


def _description(item: RecommendedItem, brief: ReplyBrief, phrases: Phrases) -> str:
    line = headline(item, brief, phrases)
    about = about_item(item, _TEXT_LENGTH, brief, phrases)
    return f"{line}\n{about}" if about else line


def _explanation(item: RecommendedItem, brief: ReplyBrief, phrases: Phrases) -> str:
    title, reasons = title_of(item, brief, phrases), reasons_of(item, phrases)
    if reasons:
        return phrases.say("reason.given", title=title, reasons=reasons)
    if brief.constraints:
        return phrases.say("reason.constraints", title=title, constraints=constraints_of(brief, phrases))
    return phrases.say("reason.none", title=title)
