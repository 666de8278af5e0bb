"""Files of interactions as tests write them, and what is read of them."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

from langgraph_recommender.tools.ranking.data.model import Interactions, ItemTable
from langgraph_recommender.tools.ranking.data.reading import read_interactions
from langgraph_recommender.tools.ranking.data.report import ReadReport

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MOMENT = 1_700_000_000
"""2023-11-14T22:13:20Z"""


def write(path: Path, text: str | bytes) -> Path:
    data = text if isinstance(text, bytes) else text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def read(path: Path, items: ItemTable | list[str] | set[str] | None = None) -> tuple[Interactions, ReadReport]:
    report = ReadReport()
    return read_interactions(path, items, now=NOW, report=report), report


def events(found: Interactions) -> list[tuple[str, str, float]]:
    """(user, item, weight) of each."""
    ids = zip(found.users.tolist(), found.rows.tolist(), found.weights.tolist(), strict=True)
    return [(found.user_ids[user], found.items.item_ids[row], round(weight, 3)) for user, row, weight in ids]


def problems(report: ReadReport) -> list[str]:
    return sorted(f"{one.row} {one.field}: {one.reason}" for kind in report.left_out.values() for one in kind.first)
