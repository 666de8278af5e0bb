"""The offline understanding of a message: its parts from the parsers, its intent from classifier and structure."""

from __future__ import annotations

from collections.abc import Mapping

from ...graphs.briefs import UnderstandBrief
from ...graphs.understanding import Emotion, Intent, TurnUnderstanding, Wish
from ...tools.constraints import Constraint, Op
from ...tools.profile.model import FeedbackKind
from .classifier import TurnClassifier
from .language import detect_language
from .lexicon import CatalogLexicon
from .parsing.contraband import wants_contraband
from .parsing.cues import cue
from .parsing.intent import Evidence, decide, is_injection, is_reaction
from .parsing.profile_requests import profile_request
from .parsing.query import remaining_query
from .parsing.reading import Reading, read
from .parsing.tools import planned_calls
from .parsing.turning import begins_anew, replaced_facets

_UNWELCOME = (FeedbackKind.DISLIKE, FeedbackKind.NOT_NOW)
_PAINFUL = (Emotion.SAD, Emotion.STRESSED, Emotion.FRUSTRATED)
_FELT = 0.5
"""Probability from which somebody is told that it sounds hard: to be consoled for nothing is odd."""
_SHORT = 40
"""Characters after "preferably" up to which what is searched for is that wish alone."""
_FINDING = (Intent.RECOMMEND, Intent.REFINE, Intent.FEEDBACK)


def understand(
    text: str, brief: UnderstandBrief, lexicon: CatalogLexicon, classifier: TurnClassifier
) -> TurnUnderstanding:
    """What the message means, given the conversation so far. Any text is understood somehow; nothing raises."""
    message = lexicon.read(text)
    language = detect_language(text, brief.last_language)
    if not any(letter.isalnum() for letter in message.text):
        return TurnUnderstanding(intent=Intent.CHITCHAT, language=brief.last_language or brief.catalog_language)
    if is_injection(message):
        return TurnUnderstanding(intent=Intent.OUT_OF_SCOPE, language=language, confidence=0.95)
    reading = read(message, brief, lexicon)
    if wants_contraband(reading, lexicon):
        return TurnUnderstanding(intent=Intent.OUT_OF_SCOPE, language=language, confidence=0.95)
    vector = classifier.embed(message.raw)
    query = remaining_query(message, lexicon, list(reading.used)) or " ".join(reading.about_kinds)
    anew = begins_anew(reading, brief, lexicon, query)
    evidence = Evidence(
        reading=reading,
        brief=brief,
        query=query,
        new_need=anew,
        replaced=() if anew else replaced_facets(reading, brief, lexicon),
        request=profile_request(message),
        calls=planned_calls(message, brief, reading.references, classifier.embed),
    )
    intent, confidence = decide(evidence, classifier.intents(message.raw, vector))
    plain = cue("polite").sub("", message.raw)
    felt = vector if plain == message.raw else classifier.embed(plain)
    emotion = _emotion(reading, classifier.emotions(plain, felt))
    return _assembled(evidence, intent, min(confidence, 1.0)).model_copy(
        update={"language": language, "emotion": emotion}
    )


def _emotion(reading: Reading, opinion: Mapping[Emotion, float]) -> Emotion:
    """The feeling that the person tells, else the likeliest; a painful one only when it is likely enough."""
    told = (one.emotion for one in reading.moods if one.emotion is not None)
    likeliest = max(opinion, key=lambda one: opinion[one], default=Emotion.NEUTRAL)
    doubtful = likeliest in _PAINFUL and opinion[likeliest] < _FELT
    return next(told, Emotion.NEUTRAL if doubtful else likeliest)


def _assembled(evidence: Evidence, intent: Intent, confidence: float) -> TurnUnderstanding:
    reading = evidence.reading
    answering = any(one.facet == evidence.brief.asked_facet for one in reading.constraints)
    finding, judging = intent in _FINDING, intent is Intent.FEEDBACK and is_reaction(reading) and not answering
    about_items = intent in (Intent.ITEM_QUESTION, Intent.COMPARE, Intent.EXPLAIN)
    ids = reading.reference_ids
    shown = tuple(one.id for one in evidence.brief.shown)
    if not ids and (intent in (Intent.COMPARE, Intent.EXPLAIN) or (intent is Intent.ITEM_QUESTION and len(shown) == 1)):
        ids = shown
    return TurnUnderstanding(
        intent=intent,
        language="en",
        constraints=reading.constraints if finding and not judging else (),
        relaxed=tuple(dict.fromkeys((*reading.relaxed, *evidence.replaced))) if finding else (),
        new_need=evidence.new_need and finding,
        wishes=_wishes(evidence) if not about_items else (),
        feedback=reading.feedback if not about_items else (),
        verdict=reading.verdict if intent is Intent.FEEDBACK and not reading.feedback else None,
        critiques=reading.critiques if finding else (),
        references=() if reading.answer.constraints or reading.answer.relaxed else ids,
        similar_to=_similar(reading, intent) if finding else (),
        query=evidence.query if intent in (Intent.RECOMMEND, Intent.REFINE) and not _says_nothing(reading) else "",
        more=_continues(evidence) if finding else False,
        count=reading.count if finding else None,
        facets_asked=reading.facets_asked if intent is Intent.ITEM_QUESTION or about_items else (),
        profile_request=evidence.request if intent is Intent.PROFILE else None,
        answer=reading.answer.word,
        plan=evidence.calls,
        confidence=round(confidence, 3),
    )


def _continues(evidence: Evidence) -> bool:
    """Whether "more" has something to go on with."""
    held = evidence.brief.shown or evidence.brief.last_query
    return evidence.reading.more and not evidence.new_need and bool(held)


def _wishes(evidence: Evidence) -> tuple[Wish, ...]:
    said = [one.wish for one in evidence.reading.statements]
    if evidence.request is not None and evidence.request.action == "remember":
        said += [wish for one in evidence.reading.constraints for wish in _lasting(one)]
    said += evidence.reading.refused
    text = evidence.reading.message.text
    if (
        not said
        and not evidence.reading.feedback
        and evidence.query
        and (wished := cue("soft").search(text))
        and not evidence.reading.moods
        and len(text) - wished.end() < _SHORT
    ):
        said = [Wish(value=evidence.query)]
    return tuple(dict.fromkeys(said))


def _lasting(constraint: Constraint) -> list[Wish]:
    """What "from now on" says for good."""
    weight = -1.0 if constraint.op in (Op.NE, Op.NOT_IN) else 1.0
    texts = [value for value in constraint.values if isinstance(value, str)]
    return [Wish(value=value, facet=constraint.facet, weight=weight, lasting=True) for value in texts]


def _says_nothing(reading: Reading) -> bool:
    """A bare yes, no, or "more" has no words to search by."""
    return bool(reading.answer.word or reading.answer.relaxed or reading.answer.constraints)


def _similar(reading: Reading, intent: Intent) -> tuple[str, ...]:
    """Items to find more like: those asked for, and those just praised by a person who asks for more."""
    if reading.similar_to or intent is not Intent.RECOMMEND:
        return reading.similar_to
    asks = cue("request").search(reading.message.text) is not None
    disliked = {one.item_id for one in reading.feedback if one.kind in _UNWELCOME}
    return tuple(dict.fromkeys(one.item_id for one in reading.feedback if asks and one.item_id not in disliked))
