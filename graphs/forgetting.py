"""What a conversation itself forgets: its constraints, wishes, feedback and words, not only the profile."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AnyMessage, RemoveMessage

from ..tools.constraints import Constraint, render
from ..tools.normalize import normalize
from .parts import Parts
from .state import Need, RecommenderState


def forget_in_conversation(target: str, state: RecommenderState, parts: Parts) -> tuple[dict[str, Any], list[str]]:
    """(changes of the state, what was dropped). An empty target drops everything that was said before."""
    need = state.get("need", Need())
    said = state.get("understanding")
    language = said.language if said else "en"
    words = _words(target, parts)
    gone = [one for one in need.constraints if _meant(words, _texts(one, parts))]
    wishes = [one for one in need.wishes if _meant(words, [one.value])]
    items = [one for one in state.get("feedback", {}) if one in parts.catalog and _meant(words, [_title(one, parts)])]
    changes: dict[str, Any] = {
        "need": _without(need, words, gone, [one.value for one in wishes]),
        "feedback": {one: kind for one, kind in state.get("feedback", {}).items() if one not in items},
        "earlier": [one for one in state.get("earlier", []) if not _meant(words, [one])],
        "messages": [RemoveMessage(id=one.id) for one in _earlier(state) if one.id and _meant(words, [one.text])],
    }
    dropped = [render(one, parts.catalog.schema, language) for one in gone]
    return changes, [*dropped, *(one.value for one in wishes), *(_title(one, parts) for one in items)]


def _words(target: str, parts: Parts) -> list[str]:
    """The target and the catalog's other words for it, so that 恐怖 forgets horror."""
    plain = normalize(target)
    if not plain:
        return []
    aliases = [
        [value, *others]
        for facet in parts.catalog.schema.facets
        for value, others in facet.aliases.items()
        if plain in {normalize(one) for one in (value, *others)}
    ]
    return list(dict.fromkeys([plain, *(normalize(word) for words in aliases for word in words)]))


def _meant(words: list[str], texts: list[str]) -> bool:
    return not words or any(word in normalize(text) for word in words for text in texts)


def _texts(one: Constraint, parts: Parts) -> list[str]:
    facet = parts.catalog.schema.facet(one.facet)
    names = [name for known in facet.names.values() for name in known] if facet else []
    return [one.facet, *names, *(str(value) for value in one.values)]


def _title(item_id: str, parts: Parts) -> str:
    return parts.catalog.item(item_id).title


def _earlier(state: RecommenderState) -> list[AnyMessage]:
    return state.get("messages", [])[:-1]


def _without(need: Need, words: list[str], gone: list[Constraint], wishes: list[str]) -> Need:
    if not words:
        return Need()
    return need.model_copy(
        update={
            "constraints": tuple(one for one in need.constraints if one not in gone),
            "wishes": tuple(one for one in need.wishes if one.value not in wishes),
            "query": "" if _meant(words, [need.query]) else need.query,
        }
    )
