"""Which intent a message has: the classifier's opinion, corrected where the structure is decisive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ....graphs.briefs import UnderstandBrief
from ....graphs.understanding import Intent, PlannedCall, ProfileRequest
from .critiques import complains, direction_words
from .cues import cue
from .questions import compares, explains, is_question, wants_detail
from .reactions import asks_for_items, asks_of_it, reacts
from .reading import Reading
from .relaxation import starts_over
from .text import Message

SURE = 0.95
_ELSEWHERE = 0.5
"""Probability of being out of scope from which a word that is also a title does not make an item question."""


class Evidence(NamedTuple):
    """What the decision reads."""

    reading: Reading
    brief: UnderstandBrief
    query: str
    new_need: bool
    replaced: tuple[str, ...]
    """Facets whose earlier conditions give way."""
    request: ProfileRequest | None
    calls: tuple[PlannedCall, ...]


def is_injection(message: Message) -> bool:
    """Whether the message asks for the instructions or tries to replace them."""
    return cue("injection").search(message.text) is not None


def decide(evidence: Evidence, opinion: Mapping[Intent, float]) -> tuple[Intent, float]:
    """The intent and how sure it is: decisive structure first, then the classifier within what the structure allows."""
    decisive = _decisive(evidence)
    if decisive is not None:
        return decisive, max(SURE if decisive is not Intent.RECOMMEND else 0.8, opinion.get(decisive, 0.0))
    if _asks_about_named(evidence.reading) and opinion.get(Intent.OUT_OF_SCOPE, 0.0) < _ELSEWHERE:
        return Intent.ITEM_QUESTION, 0.8
    allowed = {intent: opinion.get(intent, 0.0) for intent in _allowed(evidence)}
    best = max(allowed, key=lambda intent: allowed[intent])
    return _in_context(best, evidence), allowed[best]


def _decisive(evidence: Evidence) -> Intent | None:
    reading, brief, message = evidence.reading, evidence.brief, evidence.reading.message
    if not any(letter.isalnum() for letter in message.text):
        return Intent.CHITCHAT
    if is_injection(message):
        return Intent.OUT_OF_SCOPE
    if evidence.request is not None and evidence.request.action != "remember":
        return Intent.PROFILE
    if evidence.calls:
        return Intent.FEEDBACK
    if evidence.request is not None and _only_states(reading):
        return Intent.PROFILE
    if starts_over(message) and _wants_items(reading):
        return Intent.RECOMMEND
    return _about_items(evidence) or _about_need(reading, brief, evidence)


def _about_items(evidence: Evidence) -> Intent | None:
    """Comparing, explaining, asking about, or judging items."""
    reading, brief, message = evidence.reading, evidence.brief, evidence.reading.message
    ids = reading.reference_ids
    if reading.asks_for_kind and not ids and not reading.feedback:
        return None
    if any(one.kind == "extreme" for one in reading.references) and not reading.feedback:
        return Intent.ITEM_QUESTION
    if brief.shown and _narrows(reading):
        return Intent.REFINE
    if compares(message) and (len(ids) > 1 or (brief.shown and not reading.similar_to and not reading.bounds)):
        return Intent.COMPARE
    if len(ids) > 1 and is_question(message) and complains(message.text):
        return Intent.COMPARE
    if explains(message) and (ids or brief.shown) and not reading.bounds:
        return Intent.EXPLAIN
    asking = is_question(message) and bool(reading.facets_asked or wants_detail(message))
    if (asking or wants_detail(message)) and ids and not reading.similar_to and not reading.feedback:
        return Intent.ITEM_QUESTION
    if asking and brief.shown and not reading.bounds and not reading.more and _is_asking_about_shown(reading, brief):
        return Intent.ITEM_QUESTION
    if ids and _is_bare_reference(evidence):
        return Intent.ITEM_QUESTION
    if (reading.feedback or reading.verdict) and not _wants_items(reading):
        return Intent.FEEDBACK
    if brief.shown and not _directs(reading):
        if asks_of_it(message) and not asks_for_items(message):
            return Intent.ITEM_QUESTION
        return Intent.FEEDBACK if is_reaction(reading) else None
    return None


def is_reaction(reading: Reading) -> bool:
    """Whether the message does nothing but judge what is in view: the values in it describe that."""
    titles = [one for one in reading.references if one.kind == "title"]
    return reacts(reading.message, titles, [*reading.values, *reading.bounds])


def _directs(reading: Reading) -> bool:
    """Whether it says how the next list should be."""
    return bool(reading.bounds or reading.critiques or reading.more or reading.relaxed or reading.similar_to)


def _narrows(reading: Reading) -> bool:
    """ "which of these are under 100?" keeps those of the list that are."""
    pointed = all(one.kind == "pronoun" for one in reading.references)
    return bool(reading.bounds) and pointed and cue("narrows").search(reading.message.text) is not None


def _asks_about_named(reading: Reading) -> bool:
    """A question with an item in it and nothing to search for."""
    named = any(one.kind != "pronoun" for one in reading.references)
    return named and is_question(reading.message) and not _wants_items(reading) and not reading.feedback


def _is_asking_about_shown(reading: Reading, brief: UnderstandBrief) -> bool:
    """A facet asked for in few words, with nothing else to search for."""
    text = reading.message.text
    pointing = cue("pronoun_one").search(text) or cue("pronoun_all").search(text) or len(brief.shown) == 1
    stated = {one.facet for one in reading.constraints} if "?" not in text else set()
    return bool(set(reading.facets_asked) - stated) and bool(pointing) and not reading.critiques and not reading.relaxed


def _is_bare_reference(evidence: Evidence) -> bool:
    """ "The second one." and nothing else: tell about it."""
    reading = evidence.reading
    judged = reading.feedback or reading.critiques or reading.similar_to or reading.constraints or reading.relaxed
    return not judged and not reading.more and not evidence.query and not asks_for_items(reading.message)


def _wants_items(reading: Reading) -> bool:
    """Whether the message, beside judging items, asks for others."""
    if reading.constraints or reading.critiques or reading.more or reading.similar_to or reading.relaxed:
        return True
    return asks_for_items(reading.message) and not _chose(reading)


def _chose(reading: Reading) -> bool:
    return any(one.kind == "chosen" for one in reading.feedback)


def _about_need(reading: Reading, brief: UnderstandBrief, evidence: Evidence) -> Intent | None:
    """Conditions, directions, answers and "more" are a refinement where something was asked before."""
    if _leaves(reading):
        return Intent.CHITCHAT
    if evidence.new_need:
        return Intent.RECOMMEND
    if reading.answer.constraints or reading.answer.relaxed:
        return Intent.REFINE
    if reading.critiques or reading.more or reading.relaxed:
        return Intent.REFINE if _ongoing(brief) else Intent.RECOMMEND
    if reading.similar_to:
        return Intent.RECOMMEND
    if any(one.wanted for one in reading.moods) and not reading.references:
        return Intent.REFINE if _ongoing(brief) else Intent.RECOMMEND
    if asks_for_items(reading.message, "plain_request") and not reading.references:
        return Intent.RECOMMEND if not _conditions(reading) or not _ongoing(brief) else Intent.REFINE
    if _ongoing(brief) and cue("soft").match(reading.message.text):
        return Intent.REFINE
    if brief.shown and not reading.references and complains(reading.message.text):
        return Intent.REFINE
    if _conditions(reading) or reading.count:
        return Intent.REFINE if _ongoing(brief) else Intent.RECOMMEND
    return None


def _leaves(reading: Reading) -> bool:
    """Whether it takes leave and wants nothing more."""
    said = cue("goodbye").search(reading.message.text)
    return said is not None and not asks_for_items(reading.message) and not reading.values and not reading.bounds


def _only_states(reading: Reading) -> bool:
    """Whether every condition is one that the person states of themselves: nothing is asked for now."""
    stated = {one.wish.value for one in reading.statements}
    return all(str(value) in stated for one in reading.constraints for value in one.values)


def _conditions(reading: Reading) -> int:
    return len(reading.constraints) + len(reading.statements)


def _ongoing(brief: UnderstandBrief) -> bool:
    return bool(brief.shown or brief.constraints or brief.last_query)


def _allowed(evidence: Evidence) -> list[Intent]:
    """Intents that need items are out where there are none; without a question there is no question."""
    reading, brief = evidence.reading, evidence.brief
    allowed = [Intent.RECOMMEND, Intent.CHITCHAT, Intent.OUT_OF_SCOPE, Intent.PROFILE]
    if _ongoing(brief):
        allowed.append(Intent.REFINE)
    if brief.shown or reading.references:
        allowed += [Intent.ITEM_QUESTION, Intent.FEEDBACK, Intent.EXPLAIN, Intent.COMPARE]
    if reading.references or ((evidence.query or direction_words(reading.message)) and _seeks(reading.message)):
        allowed = [intent for intent in allowed if intent is not Intent.CHITCHAT]
    return allowed


def _seeks(message: Message) -> bool:
    return asks_for_items(message) or asks_for_items(message, "similar_want")


def _in_context(intent: Intent, evidence: Evidence) -> Intent:
    """Profile without a request cannot be served: it is talk about the person's taste, so a need."""
    if intent is Intent.PROFILE and evidence.request is None:
        return Intent.CHITCHAT if not evidence.query else Intent.RECOMMEND
    if intent is Intent.REFINE and not _ongoing(evidence.brief):
        return Intent.RECOMMEND
    return intent
