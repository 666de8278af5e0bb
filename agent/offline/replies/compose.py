"""`compose`: a reply from a brief. Each outcome names the parts it is made of; the words are data."""

from __future__ import annotations

from collections.abc import Callable

from ....graphs.briefs import PLENTY, Question, ReplyBrief
from .answers import answer_lines, explanation_lines
from .comparison import comparison_lines
from .items import constraints_of, disclosures_of, headlines, item_lines, title_of
from .phrases import Phrases
from .text import listed, one_line, sentence, spaced, visible

Part = Callable[[ReplyBrief, Phrases], str]
_OPTIONS = 6


def compose(brief: ReplyBrief) -> str:
    """The reply in the language of the brief: fluent text that states only what the brief holds."""
    phrases = Phrases(brief.language, brief.variety, brief.noun)
    first = spaced([_feeling(brief, phrases), _opening(brief, phrases)], brief.language)
    asides = spaced([_notes(brief, phrases), _constraints(brief, phrases)], brief.language)
    body = _BODIES.get(brief.outcome, disclosures_of)(brief, phrases)
    return "\n".join(part for part in (first, body, asides, _ending(brief, phrases)) if part)


def _opening(brief: ReplyBrief, phrases: Phrases) -> str:
    outcome, form = brief.outcome, _form(brief)
    if form == "none" and brief.question and outcome in ("recommended", "need_more"):
        return ""
    constrained = f"{outcome}.constrained" if form == "none" and brief.constraints else ""
    slots = (f"{outcome}.{brief.emotion}", f"{outcome}.{brief.intent}.{form}", constrained, f"{outcome}.{form}")
    return phrases.say(*slots, f"{outcome}.neutral", outcome, **_names(brief, phrases))


def _form(brief: ReplyBrief) -> str:
    """How much there is to say: items for most outcomes, statements where it is about the person."""
    told = {
        "profile_shown": brief.profile,
        "remembered": brief.profile,
        "forgotten": brief.profile,
        "exported": brief.profile + brief.notes,
    }
    size = len(told.get(brief.outcome, brief.items))
    return "none" if size == 0 else "one" if size == 1 else "many"


def _names(brief: ReplyBrief, phrases: Phrases) -> dict[str, str]:
    noun = one_line(brief.noun)
    titles = [title_of(item, brief, phrases) for item in brief.items]
    return {
        "noun": noun,
        "plural": one_line(brief.plural) or (f"{noun}s" if brief.language == "en" else noun),
        "a_noun": f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}",
        "measure": phrases.table("measures").get(noun, phrases.word("measure")),
        "constraints": constraints_of(brief, phrases),
        "titles": listed(titles, brief.language, phrases.word("and")),
        "choices": listed(titles, brief.language, phrases.word("or")),
    }


def _feeling(brief: ReplyBrief, phrases: Phrases) -> str:
    """A short acknowledgement of how the message sounds, for the outcomes that leave room for it."""
    allowed = phrases.table("feeling_outcomes").get(brief.emotion, "").split()
    if brief.outcome not in allowed:
        return ""
    slot = f"feeling.{brief.emotion}"
    return phrases.say(f"{slot}.{brief.intent}", f"{slot}.other", slot)


def _notes(brief: ReplyBrief, phrases: Phrases) -> str:
    if brief.outcome == "exported":
        return ""
    return spaced([sentence(note, brief.language) for note in brief.notes], phrases.language)


def _constraints(brief: ReplyBrief, phrases: Phrases) -> str:
    """What the list is filtered by, unless the reasons of the items say it already."""
    said = " ".join(reason for item in brief.items[:1] for reason in item.reasons)
    new = any(one not in said for one in brief.constraints)
    if brief.outcome != "recommended" or not brief.items or not new:
        return ""
    return phrases.say("in_force", constraints=constraints_of(brief, phrases))


def _ending(brief: ReplyBrief, phrases: Phrases) -> str:
    if brief.outcome == "which_one":
        return ""
    if brief.question:
        return _ask(brief.question, brief, phrases)
    if not brief.more_available or brief.outcome != "recommended" or not brief.items:
        return ""
    form = "plenty" if brief.more_available >= PLENTY else "one" if brief.more_available == 1 else "many"
    return phrases.say(f"more_available.{form}", count=f"{brief.more_available:,}", **_names(brief, phrases))


def _ask(question: Question, brief: ReplyBrief, phrases: Phrases) -> str:
    role = brief.facet_roles.get(question.facet)
    options = listed([one_line(one) for one in question.values[:_OPTIONS]], brief.language, phrases.word("or"))
    form = "options" if options else "open"
    slots = (f"question.{role}.{form}", f"question.other.{form}")
    return phrases.say(*slots, label=one_line(question.label), options=options)


def _statements(brief: ReplyBrief, phrases: Phrases) -> str:
    """What is or was remembered, a line each, with what must be exact left whole."""
    exact = brief.notes if brief.outcome == "exported" else ()
    return "\n".join([*(f"- {sentence(one, phrases.language)}" for one in brief.profile), *map(visible, exact)])


_BODIES: dict[str, Part] = {
    "recommended": item_lines,
    "nothing_fits": item_lines,
    "no_more": headlines,
    "which_one": headlines,
    "noted": headlines,
    "history": headlines,
    "answered": answer_lines,
    "compared": comparison_lines,
    "explained": explanation_lines,
    "profile_shown": _statements,
    "remembered": _statements,
    "forgotten": _statements,
    "exported": _statements,
}
