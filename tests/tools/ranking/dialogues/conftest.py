"""A small shop of books whose clerk has habits: planted dialogues that a ranker should see through."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from langgraph_recommender.tools.ranking.data.model import ItemTable
from langgraph_recommender.tools.ranking.dialogues.fitting import FittedDialogues, fit
from langgraph_recommender.tools.ranking.dialogues.knowledge import Triple
from langgraph_recommender.tools.ranking.dialogues.model import Dialogue, Turn

TITLES = {
    "b1": "Dune",
    "b2": "Hyperion",
    "b3": "Foundation",
    "b4": "Emma",
    "b5": "Persuasion",
    "b6": "The Hobbit",
    "b7": "Mort",
    "b8": "Neuromancer",
    "b9": "Circe",
    "b10": "Her",
}
HABITS = {"b1": "b2", "b4": "b7", "b6": "b9"}
"""After the one, the clerk recommends the other."""
KNOWN = (
    Triple("b4", "author", "Jane Austen"),
    Triple("b5", "author", "Jane Austen"),
    Triple("b8", "author", "William Gibson"),
)


def dialogue(number: int, said: str, recommended: str, **turn: tuple[str, ...]) -> Dialogue:
    turns = (Turn(role="user", text=said, **turn), Turn(role="assistant", text="This one.", recommended=(recommended,)))
    return Dialogue(id=f"d{number}", turns=turns)


def habits(times: int = 4) -> list[Dialogue]:
    pairs = [pair for pair in HABITS.items() for _ in range(times)]
    return [dialogue(number, f"I loved {TITLES[one]}, what next?", other) for number, (one, other) in enumerate(pairs)]


@pytest.fixture(scope="session")
def items() -> ItemTable:
    return ItemTable(tuple(TITLES), texts=tuple(TITLES.values()))


@pytest.fixture(scope="session")
def fitted(items: ItemTable) -> FittedDialogues:
    prior = np.linspace(-1, 1, len(items))
    return fit(habits(), items, titles=tuple(TITLES.values()), knowledge=KNOWN, prior=prior)


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """A file of these lines: objects as JSON, texts as they are."""

    def write(*lines: object) -> Path:
        path = tmp_path / "dialogues.jsonl"
        texts = [one if isinstance(one, str) else json.dumps(one) for one in lines]
        path.write_text("\n".join(texts) + "\n", encoding="utf-8")
        return path

    return write
