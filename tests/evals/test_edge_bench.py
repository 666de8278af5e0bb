"""The bench of the edge asks through all of it."""

from __future__ import annotations

import asyncio
import logging

from langgraph_recommender.evals.benches import Options
from langgraph_recommender.evals.benches.edge import _app, _protect, _scope, edge


def test_it_measures_and_leaves_the_log_as_it_was() -> None:
    before = list(logging.getLogger("langgraph_recommender.access").handlers)
    report = edge(Options(count=20), lambda *_: None)
    assert [figure.name for figure in report.figures] == ["edge p50", "edge p95"]
    assert logging.getLogger("langgraph_recommender.access").handlers == before


def test_what_it_asks_needs_its_key() -> None:
    app, statuses = _app(), []
    _protect(app, "the-key-0123456789")

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    for key in ("the-key-0123456789", "another-0123456789"):
        asyncio.run(app(_scope(key), receive, send))
    assert statuses == [200, 401]
