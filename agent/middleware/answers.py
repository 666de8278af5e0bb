"""What an agent may answer: sentences that something known backs, and what must be said with the items in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from langchain_core.messages import AnyMessage, HumanMessage, ToolMessage

from ...graphs.policies import Policies, disclosures
from ...graphs.saying.truth import Truth
from ...tools.catalog import Catalog
from ...tools.items import Item, Language
from ...tools.normalize import normalize

_PIECES = re.compile(r"(?<=[.!?])(?=\s)|(?<=[。！？\n])")
_CHINESE = re.compile("[㐀-鿿]")
_NOTHING: dict[Language, str] = {
    "en": "I found nothing in the catalog that I can name.",
    "zh": "我在目录里没有找到可以推荐的东西。",
}
_THESE: dict[Language, str] = {"en": "From the catalog: {titles}.", "zh": "目录里有：{titles}。"}
_SPONSORED: dict[Language, str] = {"en": "Sponsored: {titles}.", "zh": "赞助内容：{titles}。"}
_BETWEEN: dict[Language, str] = {"en": ", ", "zh": "、"}


@dataclass(frozen=True, slots=True)
class Grounded:
    """An answer as it may be given."""

    text: str
    named: tuple[str, ...]
    """Ids of the items in it."""
    left_out: tuple[str, ...]
    """Sentences that nothing known backs."""


def grounded(
    text: str, instructions: str, messages: Sequence[AnyMessage], catalog: Catalog, policies: Policies
) -> Grounded:
    """The answer without the sentences that have a number or a name that neither tools, nor people, nor the
    instructions have said. Where nothing is left, the items that the tools found are named."""
    truth = Truth(f"{instructions}\n" + "\n".join(one.text for one in messages))
    pieces = _PIECES.split(text)
    kept = "".join(one for one in pieces if truth.knows(one)).strip()
    found, language = _found(messages, catalog), _language(messages)
    said = kept or (_listing(found, language) if text.strip() else text)
    named = [one for one in found if normalize(one.title) in normalize(said)]
    closing = _disclosed(named, said, catalog, policies, language)
    left_out = tuple(one.strip() for one in pieces if not truth.knows(one))
    return Grounded(f"{said}\n{closing}" if closing else said, tuple(one.id for one in named), left_out)


def _found(messages: Iterable[AnyMessage], catalog: Catalog) -> list[Item]:
    """The items that tools gave, the newest call first."""
    calls = [one.artifact for one in messages if isinstance(one, ToolMessage) and isinstance(one.artifact, list)]
    ids = [one["item_id"] for call in reversed(calls) for one in call if isinstance(one, Mapping) and "item_id" in one]
    return [catalog.item(one) for one in dict.fromkeys(ids) if one in catalog]


def _language(messages: Iterable[AnyMessage]) -> Language:
    newest = next((one.text for one in reversed(list(messages)) if isinstance(one, HumanMessage)), "")
    return "zh" if _CHINESE.search(newest) else "en"


def _listing(found: Sequence[Item], language: Language, most: int = 5) -> str:
    titles = _BETWEEN[language].join(one.title for one in found[:most])
    return _THESE[language].format(titles=titles) if found else _NOTHING[language]


def _disclosed(named: Iterable[Item], said: str, catalog: Catalog, policies: Policies, language: Language) -> str:
    """The sentence that says which items are paid for, unless the answer has it already."""
    paid = [one.title for one in named if disclosures(policies, catalog.schema, one)]
    sentence = _SPONSORED[language].format(titles=_BETWEEN[language].join(paid))
    return sentence if paid and sentence not in said else ""
