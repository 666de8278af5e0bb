"""Decides what kind of answer is asked for: an understanding, a reply, a structured answer, tool calls, or talk."""

from __future__ import annotations

import json
from collections import defaultdict
from uuid import uuid4

import numpy as np
from langchain_core.messages import AIMessage, ToolCall
from langchain_core.messages.tool import tool_call

from ...graphs.briefs import ReplyBrief, UnderstandBrief, find_brief
from ...graphs.saying.small_talk import kind_of
from ...graphs.understanding import Intent, TurnUnderstanding
from ...tools.items import Language
from ...tools.normalize import has_chinese
from .classifier import load_classifier
from .knowledge import Knowledge
from .replies import compose
from .request import Request
from .results import answer_from_results
from .structured import fill_schema
from .tool_use import plan_call
from .understand import understand

UNDERSTANDING = TurnUnderstanding.__name__
SEARCH = "search_catalog"
"""Our own search tool: a model that knows the catalog fills its filter too."""

_SURE = 0.6
_ACTIONS = {
    Intent.RECOMMEND: "=search",
    Intent.REFINE: "=search",
    Intent.COMPARE: "=compare",
    Intent.ITEM_QUESTION: "=detail",
}
_NOUN: dict[Language, str] = {"en": "item", "zh": "商品"}


def respond(request: Request, knowledge: Knowledge) -> AIMessage:
    """The answer. Raises ModelError when a structured answer cannot be derived from the conversation."""
    if (brief := find_brief(request.system, "understand", UnderstandBrief)) and _wants_understanding(request):
        said = understand(request.text, brief, knowledge.lexicon(brief), load_classifier())
        return _structured(request, said.model_dump(mode="json", exclude_defaults=True))
    if reply := find_brief(request.system, "reply", ReplyBrief):
        return AIMessage(compose(reply))
    if request.schema is not None:
        return AIMessage(json.dumps(fill_schema(request), ensure_ascii=False))
    if request.tools and (planned := plan_call(request, _embed, _meant)):
        name, arguments, clause = planned
        own = knowledge.search_arguments(clause) if name == SEARCH else {}
        return AIMessage("", tool_calls=[_call(name, own or arguments)])
    if request.results:
        return AIMessage(answer_from_results(request))
    return AIMessage(_talk(request.text))


def _talk(text: str) -> str:
    """Small talk in its language; anything else is answered with what this model can do."""
    classifier = load_classifier()
    intents = classifier.intents(text, classifier.embed(text))
    outside = max(intents, key=lambda one: intents[one]) is Intent.OUT_OF_SCOPE
    outcome = kind_of(text, out_of_scope=outside)
    language: Language = "zh" if has_chinese(text) else "en"
    return compose(ReplyBrief(intent=Intent.CHITCHAT, language=language, noun=_NOUN[language], outcome=outcome))  # pyright: ignore[reportArgumentType]


def _wants_understanding(request: Request) -> bool:
    """True for the understanding's own schema, and when nothing else is asked for (JSON in text)."""
    if request.schema is not None:
        return request.schema.get("title") == UNDERSTANDING
    return not request.tools or any(tool.name == UNDERSTANDING for tool in request.tools)


def _structured(request: Request, value: dict[str, object]) -> AIMessage:
    if any(tool.name == UNDERSTANDING for tool in request.tools):
        return AIMessage("", tool_calls=[_call(UNDERSTANDING, value)])
    return AIMessage(json.dumps(value, ensure_ascii=False))


def _embed(text: str) -> np.ndarray:
    return load_classifier().embed(text)


def _meant(text: str) -> frozenset[str]:
    """The harmless action that the classifier is sure of: "three thrillers, please" asks for a search."""
    classifier = load_classifier()
    sure: defaultdict[str, float] = defaultdict(float)
    for intent, probability in classifier.intents(text, classifier.embed(text)).items():
        sure[_ACTIONS.get(intent, "")] += probability
    return frozenset(action for action, probability in sure.items() if action and probability >= _SURE)


def _call(name: str, arguments: dict[str, object]) -> ToolCall:
    return tool_call(name=name, args=arguments, id=f"call_{uuid4().hex[:24]}")
