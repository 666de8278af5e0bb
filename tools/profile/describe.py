"""What is remembered, in sentences a person can read and check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..constraints.model import Op
from ..constraints.render import render
from ..items import CatalogSchema, Language
from ..normalize import has_chinese, normalize
from .model import FeedbackKind, ItemEvent, LastingConstraint, Preference, UserProfile
from .records import Remembered

_SHOWN_EVENTS = 10
"""Items named one by one; more are counted."""

_LIKES: dict[Language, dict[tuple[bool, bool], str]] = {
    "en": {
        (True, True): "You like {value}",
        (False, True): "You don't like {value}",
        (True, False): "You seem to like {value}",
        (False, False): "You seem not to like {value}",
    },
    "zh": {
        (True, True): "你喜欢{value}",
        (False, True): "你不喜欢{value}",
        (True, False): "你似乎喜欢{value}",
        (False, False): "你似乎不喜欢{value}",
    },
}
_EVENTS: dict[Language, dict[FeedbackKind, str]] = {
    "en": {
        FeedbackKind.LIKE: "You liked {title}",
        FeedbackKind.DISLIKE: "You didn't like {title}",
        FeedbackKind.SEEN: "You already know {title}",
        FeedbackKind.NOT_NOW: "You passed over {title}",
        FeedbackKind.CHOSEN: "You chose {title}",
        FeedbackKind.VIEWED: "You looked at {title}",
    },
    "zh": {
        FeedbackKind.LIKE: "你喜欢《{title}》",
        FeedbackKind.DISLIKE: "你不喜欢《{title}》",
        FeedbackKind.SEEN: "你已经知道《{title}》",
        FeedbackKind.NOT_NOW: "你暂时不想要《{title}》",
        FeedbackKind.CHOSEN: "你选了《{title}》",
        FeedbackKind.VIEWED: "你看过《{title}》的介绍",
    },
}
_ALWAYS: dict[Language, str] = {"en": "You always want: {constraint}", "zh": "你一直要求：{constraint}"}
_NEVER: dict[Language, str] = {"en": "You never want: {constraint}", "zh": "你从来不要：{constraint}"}
_OPPOSITES = {Op.NE: Op.EQ, Op.NOT_IN: Op.IN}
_SAID: dict[Language, str] = {"en": ' (you said: "{words}")', "zh": "（你说过：“{words}”）"}
_READ: dict[Language, str] = {"en": " ({words})", "zh": "（{words}）"}
_MORE: dict[Language, str] = {"en": "and {count} more items", "zh": "另外还有{count}个"}


def describe(profile: UserProfile, schemas: Mapping[str, CatalogSchema], language: Language) -> tuple[str, ...]:
    """What holds of a person, a sentence each: constraints, preferences (said before inferred), newest events.

    `schemas` by catalog name give facets and values their names in the language.
    """
    told = sorted(profile.preferences, key=lambda one: (not one.stated, -abs(one.weight) * one.confidence))
    statements = [*profile.constraints, *told]
    newest = list(reversed(profile.events))
    lines = [describe_one(one, schemas, language) for one in [*statements, *newest[:_SHOWN_EVENTS]]]
    hidden = len(newest) - _SHOWN_EVENTS
    return (*lines, *([_MORE[language].format(count=hidden)] if hidden > 0 else ()))


def describe_one(content: Remembered, schemas: Mapping[str, CatalogSchema], language: Language) -> str:
    """One statement or event as a sentence, with the words or the behaviour it comes from."""
    if isinstance(content, ItemEvent):
        sentence = _EVENTS[language][content.kind].format(title=content.title or content.item_id)
        return sentence + _quote(content.reason, True, language)
    if isinstance(content, LastingConstraint):
        return _describe_constraint(content, schemas, language) + _quote(content.evidence, True, language)
    return _describe_preference(content, schemas, language)


def _describe_constraint(one: LastingConstraint, schemas: Mapping[str, CatalogSchema], language: Language) -> str:
    schema = schemas.get(one.catalog) or CatalogSchema(name=one.catalog or "catalog")
    wanted = one.constraint
    if wanted.op in _OPPOSITES:
        unwanted = wanted.model_copy(update={"op": _OPPOSITES[wanted.op]})
        return _NEVER[language].format(constraint=render(unwanted, schema, language))
    return _ALWAYS[language].format(constraint=render(wanted, schema, language))


def _describe_preference(one: Preference, schemas: Mapping[str, CatalogSchema], language: Language) -> str:
    value = _value_in(one, [schemas[one.catalog]] if one.catalog in schemas else list(schemas.values()), language)
    sentence = _LIKES[language][one.weight >= 0, one.stated].format(value=value)
    return sentence + _quote(one.evidence, one.stated, language)


def _value_in(one: Preference, schemas: Sequence[CatalogSchema], language: Language) -> str:
    """The value in the language, where the catalog knows a word for it."""
    if has_chinese(one.value) == (language == "zh"):
        return one.value
    facets = [facet for schema in schemas for facet in schema.facets if facet.name == (one.facet or facet.name)]
    known = [
        aliases
        for facet in facets
        for value, aliases in facet.aliases.items()
        if normalize(value) == normalize(one.value)
    ]
    return next((word for words in known for word in words if has_chinese(word) == (language == "zh")), one.value)


def _quote(words: str, stated: bool, language: Language) -> str:
    return (_SAID if stated else _READ)[language].format(words=words) if words else ""
