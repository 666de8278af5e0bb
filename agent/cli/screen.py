"""What a turn looks like in the terminal: the reply, a small table of the items with their reasons, the question."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ...graphs.state import Recommendation, TurnResult
from ...tools.catalog import Catalog
from ...tools.constraints import show_number
from ...tools.items import FacetRole, FacetValue, Item, Language

_COLUMNS = (FacetRole.CREATOR, FacetRole.BRAND, FacetRole.PLACE, FacetRole.PRICE, FacetRole.DATE, FacetRole.RATING)
_MOST_COLUMNS = 3
_CELL = 40
_NARROW = 60
"""On a terminal of fewer columns the numbered list of the reply reads better than a table."""
_LISTED = re.compile(r"\d+[.、] |\s{2,}")
_HEADS: dict[Language, tuple[str, str]] = {"en": ("title", "why"), "zh": ("名称", "推荐理由")}


def _around_the_list(turn: TurnResult) -> tuple[str, str]:
    """What the reply says before and after its numbered list; the table takes the place of the list itself."""
    lines = turn.reply.splitlines()
    listed = [place for place, line in enumerate(lines) if _LISTED.match(line)]
    if not turn.recommendations or not listed:
        return turn.reply, ""
    return "\n".join(lines[: listed[0]]), "\n".join(lines[listed[-1] + 1 :])


def _printable(text: str) -> str:
    return "".join(one for one in text if one.isprintable())


def _tells_of_the_only_one(turn: TurnResult) -> bool:
    """Whether the reply itself says all of a table with one row."""
    one = turn.recommendations[0] if len(turn.recommendations) == 1 else None
    return one is not None and one.title in turn.reply and not one.disclosures


class Screen:
    """Prints turns for a person, or as JSON Lines for a program."""

    def __init__(self, catalog: Catalog, *, as_json: bool) -> None:
        self._catalog = catalog
        self._json = as_json
        self._console = Console(highlight=False, soft_wrap=True)

    def welcome(self) -> None:
        """Says what there is to talk about; a program needs no welcome."""
        if self._json or not self._console.is_terminal:
            return
        noun = self._catalog.schema.plural or f"{self._catalog.schema.noun.get('en', 'item')}s"
        self._console.print(
            f"[bold]{len(self._catalog):,} {escape(noun)}[/bold] to talk about, in English or Chinese (中文也可以). "
            "Ctrl-D ends."
        )

    def prompts(self) -> Iterator[str]:
        """Lines that a person types, until the end of the input; empty ones are passed over."""
        while True:
            try:
                line = self._console.input("[bold cyan]you>[/bold cyan] ")
            except (EOFError, KeyboardInterrupt):
                return
            if line.strip():
                yield line

    def show(self, text: str, turn: TurnResult) -> None:
        """One turn."""
        if self._json:
            self._print_json(turn)
            return
        if not self._console.is_terminal:
            self._console.print(f"you> {escape(_printable(text[:200]))}")
        tabular = self._console.width >= _NARROW and not _tells_of_the_only_one(turn)
        opening, closing = _around_the_list(turn) if tabular else (turn.reply, "")
        self._console.print(f"[bold green]recommender>[/bold green] {escape(opening)}")
        if turn.recommendations and tabular:
            self._console.print(self._table(turn))
        if closing:
            self._console.print(escape(closing))
        for problem in turn.degraded:
            self._console.print(f"[yellow]({escape(problem)})[/yellow]")

    def confirm(self, request: dict[str, Any]) -> None:
        """The question of a tool that wants a yes first."""
        if self._json:
            print(json.dumps({"confirm": request}, ensure_ascii=False), flush=True)
        else:
            self._console.print(f"[bold green]recommender>[/bold green] {escape(str(request.get('message', '')))}")

    def _print_json(self, turn: TurnResult) -> None:
        fields = turn.model_dump(mode="json")
        for row in fields["recommendations"]:
            row["id"] = row.pop("item_id")
        print(json.dumps(fields, ensure_ascii=False), flush=True)

    def _table(self, turn: TurnResult) -> Table:
        columns = self._columns()
        title, why = _HEADS[turn.language]
        table = Table(show_edge=False, pad_edge=False)
        for head in ("#", title, *(self._label(name, turn.language) for name in columns), why):
            table.add_column(head, overflow="fold")
        for rank, one in enumerate(turn.recommendations, start=1):
            table.add_row(str(rank), *self._cells(one, columns, turn.language))
        return table

    def _columns(self) -> list[str]:
        facets = [self._catalog.schema.by_role(role) for role in _COLUMNS]
        return [facet.name for facet in facets if facet][:_MOST_COLUMNS]

    def _label(self, name: str, language: Language) -> str:
        facet = self._catalog.schema.facet(name)
        return facet.label(language) if facet else name

    def _cells(self, one: Recommendation, columns: list[str], language: Language) -> list[str]:
        item: Item = self._catalog.item(one.item_id)
        facts = [self._cell(name, item.facets.get(name), language) for name in columns]
        said = "; ".join((*one.disclosures, *one.reasons))
        return [escape(text) for text in (item.title, *facts, said)]

    def _cell(self, name: str, value: FacetValue | None, language: Language) -> str:
        if value is None:
            return ""
        if isinstance(value, tuple):
            return ", ".join(value)[:_CELL]
        if isinstance(value, float | int) and not isinstance(value, bool):
            return show_number(value, self._catalog.schema.facet(name), language)
        return str(value)[:_CELL]
