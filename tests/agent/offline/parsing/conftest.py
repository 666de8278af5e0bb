"""Catalogs to read messages against: those that ship, and one with facets that no code knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from langgraph_recommender.agent.offline.lexicon import CatalogLexicon
from langgraph_recommender.graphs.briefs import FacetCard, ShownItem, ToolCard, UnderstandBrief
from langgraph_recommender.tools.catalog import load_items
from langgraph_recommender.tools.constraints import Constraint
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item

UTTERANCES = Path(__file__).with_name("utterances")


@dataclass(frozen=True)
class SmallCatalog:
    """The part of a catalog that a lexicon needs."""

    schema: CatalogSchema
    held: tuple[Item, ...]

    def items(self) -> Sequence[Item]:
        return self.held

    def item(self, item_id: str) -> Item:
        return next(one for one in self.held if one.id == item_id)


def _course(number: int, title: str, **facets: Any) -> Item:
    return Item(f"c{number}", title, "", facets)


COURSES = SmallCatalog(
    CatalogSchema(
        name="courses",
        noun={"en": "course", "zh": "课程"},
        facets=(
            Facet(name="subject", kind=FacetKind.CATEGORICAL, role=FacetRole.CATEGORY),
            Facet(name="level", kind=FacetKind.CATEGORICAL, names={"en": ("level",), "zh": ("难度", "级别")}),
            Facet(name="hours", kind=FacetKind.NUMERIC, unit="hours", names={"en": ("hours",), "zh": ("课时",)}),
            Facet(name="teacher", kind=FacetKind.CATEGORICAL, role=FacetRole.CREATOR),
            Facet(name="starts", kind=FacetKind.DATE, role=FacetRole.DATE),
            Facet(name="certificate", kind=FacetKind.BOOLEAN, names={"en": ("certificate",), "zh": ("证书",)}),
            Facet(
                name="tuition",
                kind=FacetKind.NUMERIC,
                unit="EUR",
                role=FacetRole.PRICE,
                names={"en": ("tuition", "fee")},
            ),
            Facet(name="seats", kind=FacetKind.NUMERIC, names={"en": ("seats",), "zh": ("名额",)}),
            Facet(name="topics", kind=FacetKind.MULTI, names={"en": ("topic",), "zh": ("主题",)}),
        ),
    ),
    (
        _course(1, "Python from Zero", subject="Programming", level="Beginner", hours=12.0, teacher="Ada Byron",
                starts="2024-03-01", certificate=True, tuition=90.0, seats=30.0, topics=("data", "scripts")),
        _course(2, "Deep Networks", subject="Machine Learning", level="Advanced", hours=40.0, teacher="Wei Zhang",
                starts="2023-09-15", certificate=True, tuition=450.0, seats=15.0, topics=("data", "vision")),
        _course(3, "Watercolour Weekend", subject="Art", level="Beginner", hours=6.0, teacher="Nora Quist",
                starts="2024-06-08", certificate=False, tuition=60.0, seats=8.0, topics=("landscape",)),
        _course(4, "Statistics with R", subject="Data Science", level="Intermediate", hours=25.0, teacher="Ada Byron",
                starts="2022-01-10", certificate=True, tuition=200.0, seats=40.0, topics=("data",)),
    ),
)  # fmt: skip


def _written(document: dict[str, Any]) -> SmallCatalog:
    """A catalog that stands in full in the file of its utterances."""
    rows = document["schema"]["facets"]
    facets = tuple(Facet(**{**row, "names": {key: tuple(held) for key, held in row["names"].items()}}) for row in rows)
    numeric = {one.name for one in facets if one.kind is FacetKind.NUMERIC}
    items = [_row(row, numeric) for row in document["items"]]
    schema = CatalogSchema(name=document["catalog"], noun=document["schema"]["noun"], facets=facets)
    return SmallCatalog(schema, tuple(items))


def _row(row: dict[str, Any], numeric: set[str]) -> Item:
    held = {key: value for key, value in row.items() if key not in ("id", "title")}
    typed = {
        key: float(value) if key in numeric else tuple(value) if isinstance(value, list) else value
        for key, value in held.items()
    }
    return Item(row["id"], row["title"], "", typed)


@cache
def catalog(name: str) -> SmallCatalog:
    """A catalog by name: `courses` of this file, or one that ships."""
    if name == "courses":
        return COURSES
    if (written := yaml.safe_load((UTTERANCES / f"{name}.yaml").read_text(encoding="utf-8"))).get("items"):
        return _written(written)
    folder = Path(str(files("langgraph_recommender.tools.catalog"))) / "embedded" / name
    loaded = load_items(next(folder.glob("items.json*")), folder / "schema.yaml")
    return SmallCatalog(loaded.schema, tuple(loaded.items))


@cache
def lexicon(name: str) -> CatalogLexicon:
    return CatalogLexicon.build(catalog(name))


def brief(name: str, context: dict[str, Any]) -> UnderstandBrief:
    """The state before the message, from a few plain values."""
    held = catalog(name)
    cards = [FacetCard(name=one.name, kind=one.kind, role=one.role or "", unit=one.unit) for one in held.schema.facets]
    return UnderstandBrief(
        catalog=name,
        noun=held.schema.noun.get("en", "item"),
        facets=tuple(cards),
        shown=_shown(held, context.get("shown", [])),
        shown_before=_shown(held, context.get("shown_before", [])),
        constraints=tuple(Constraint.model_validate(one) for one in context.get("in_force", [])),
        asked_facet=context.get("asked", ""),
        asked_values=tuple(context.get("choices", [])),
        last_query=context.get("last_query", ""),
        in_focus=tuple(context.get("in_focus", [])),
        tools=tuple(ToolCard.model_validate(one) for one in context.get("tools", [])),
    )


def _shown(held: SmallCatalog, ids: Sequence[str]) -> tuple[ShownItem, ...]:
    items = [held.item(str(one)) for one in ids]
    return tuple(
        ShownItem(id=one.id, title=one.title, rank=n, facets=one.facets) for n, one in enumerate(items, start=1)
    )


def said(constraint: Constraint) -> str:
    """A constraint in one line: `price < 1000`, `brand in Apple, Dell (soft)`."""
    values = ", ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in constraint.values)
    return f"{constraint.facet} {constraint.op.value} {values}{'' if constraint.hard else ' (soft)'}"


def cases(*names: str) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """(catalog, context, case) of every utterance in the files."""
    found = []
    for path in sorted(UTTERANCES.glob("*.yaml")):
        if names and path.stem not in names:
            continue
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        contexts = document.get("contexts", {})
        found += [(document["catalog"], contexts.get(one.get("in", ""), {}), one) for one in document["cases"]]
    return found
