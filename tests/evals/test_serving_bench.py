"""The load on a server: what guests say, what they were told, and that a server which mixes them up is caught."""

from __future__ import annotations

import asyncio
import mmap
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from langgraph_recommender.evals.benches.serving_held import crossing, idle, soak
from langgraph_recommender.evals.benches.serving_measured import growth, measured
from langgraph_recommender.evals.benches.serving_process import RECOMMENDER, Server, crowd, serving_processes, started
from langgraph_recommender.evals.benches.serving_talk import talks_of
from langgraph_recommender.evals.load.crowd import each
from langgraph_recommender.evals.load.guest import Guest
from langgraph_recommender.tools.catalog import open_catalog
from starlette.responses import StreamingResponse

from ..agent.serve.conftest import live

ROWS = "id,title,category,price\n" + "\n".join(
    f"{n},Lamp {n},{'desk' if n % 2 else 'floor'},{n * 10}" for n in range(20)
)
Answer = Callable[[str, str], str]
"""Of the guest's name and message to the reply."""


def turn(reply: str) -> dict[str, Any]:
    item = {"item_id": "1", "reasons": ["because"]}
    return {"reply": reply, "question": None, "constraints": [], "recommendations": [item]}


def app_that(answers: Answer) -> FastAPI:
    """Gives each guest a cookie, each conversation an id, and refuses ids that it has not given to that guest."""
    app, names, given = FastAPI(), count(1), dict[str, str]()

    def known(request: Request, asked: dict[str, str]) -> tuple[str, str]:
        name = request.cookies.get("guest") or f"g{next(names)}"
        thread = asked.get("thread_id") or f"t-{name}"
        assert given.setdefault(thread, name) == name
        return name, thread

    @app.post("/api/chat")
    async def chat(asked: dict[str, str], request: Request, response: Response) -> dict[str, Any]:
        name, thread = known(request, asked)
        response.set_cookie("guest", name)
        return {"thread_id": thread, "turn": turn(answers(name, asked["message"]))}

    @app.post("/api/chat/stream")
    async def stream(asked: dict[str, str], request: Request) -> StreamingResponse:
        name, thread = known(request, asked)
        told = turn(answers(name, asked["message"]))
        answer = StreamingResponse(frames(thread, told), media_type="text/event-stream")
        answer.set_cookie("guest", name)
        return answer

    return app


async def frames(thread: str, told: dict[str, Any]) -> AsyncIterator[str]:
    import json

    for name, data in (("thread", {"thread_id": thread}), ("token", {"text": "a"}), ("turn", {"turn": told})):
        yield f"event: {name}\ndata: {json.dumps({'event': name, **data})}\n\n"
        await asyncio.sleep(0.01)


@contextmanager
def serving(app: FastAPI) -> Iterator[Any]:
    """A server of the app, in a thread; as `Server` sees one."""
    with live(app) as url:
        place = (httpx.URL(url).host, httpx.URL(url).port)
        yield Server(place, SimpleNamespace(pid=os.getpid()))  # type: ignore[arg-type]


@pytest.fixture
def polite() -> Iterator[Any]:
    with serving(app_that(lambda _, message: f"you said {message}")) as server:
        yield server


def test_talks_are_about_the_catalog_and_the_same_for_a_seed(tmp_path: Path) -> None:
    (tmp_path / "lamps.csv").write_text(ROWS, "utf-8")
    catalog = open_catalog(str(tmp_path / "lamps.csv"), home=tmp_path)
    talks = talks_of(catalog, 30, 4, 1)
    assert talks == talks_of(catalog, 30, 4, 1) != talks_of(catalog, 30, 4, 2)
    assert {len(one) for one in talks} == {4}
    said = " ".join(message for talk in talks for message in talk)
    assert "desk" in said
    assert "{" not in said


def test_a_guest_keeps_cookie_and_conversation_and_notes_the_first_token(polite: Any) -> None:
    async def talk() -> None:
        guest = Guest([polite.place, polite.place], streams=True)
        first, second = await guest.say("one"), await guest.say("two")
        guest.leave()
        assert guest.thread_id == "t-g1"
        assert (first.error, second.error, first.items) == ("", "", 1)
        assert first.first_token is not None
        assert 0 < first.first_token < first.took

    asyncio.run(talk())


def test_every_talk_is_had_once_and_in_order(polite: Any) -> None:
    talks = [[f"{talk}-{place}" for place in range(3)] for talk in range(5)]
    told = asyncio.run(each([polite.place], talks, guests=4))
    assert [[one.output["turn"]["reply"] for one in row if one.output] for row in told] == [
        [f"you said {message}" for message in talk] for talk in talks
    ]


def test_failures_are_counted_and_told() -> None:
    def fails(_: str, message: str) -> str:
        if message == "bad":
            raise ValueError(message)
        return "fine"

    with serving(app_that(fails)) as server:
        window = measured([server], [["good", "bad", "good"]], guests=2, seconds=1, warm=0.2)
    assert window.errors
    assert all(one.startswith("500") for one in window.errors)
    assert window.recommending == len(window.took) > 2
    assert {one.name.split(": ")[1]: one.reached for one in window.figures("x")}["errors"] is False


def test_a_server_that_nobody_reaches_is_an_error() -> None:
    async def say() -> str:
        return (await Guest([("127.0.0.1", 1)]).say("hello")).error

    assert "Error" in asyncio.run(say())


def test_messages_come_at_their_rate_and_wait_counts(polite: Any) -> None:
    start = perf_counter()
    how = {"mode": "open", "rate": 30.0, "seed": 1}
    window = measured([polite], [["one", "two"]], seconds=2, warm=0.2, **how)
    assert perf_counter() - start > 2
    assert 30 < len(window.took) < 100
    assert not window.errors


def values(figures: Iterator[Any]) -> dict[str, float]:
    return {one.name: one.value for one in figures}


def test_what_crosses_from_one_user_to_another_is_caught(polite: Any) -> None:
    talks = [["first", "then"] * 10]
    clean = values(crossing([polite], talks, users=4, turns=5))
    assert (clean["4 users x 5 turns: turns"], clean["4 users x 5 turns: errors"]) == (20, 0)
    assert clean["words of another user"] == clean["turns unlike those of the user alone"] == 0
    said: list[str] = []

    def leaks(_: str, message: str) -> str:
        said.append(message)
        return f"somebody said {said[-2:][0]}"

    with serving(app_that(leaks)) as server:
        mixed = values(crossing([server], talks, users=4, turns=5))
    assert mixed["words of another user"] > 0
    assert mixed["turns unlike those of the user alone"] > 0


def test_memory_that_grows_is_caught(polite: Any) -> None:
    held: list[mmap.mmap] = []

    def hoards(name: str, _: str) -> str:
        pages = mmap.mmap(-1, 2_000_000)  # fresh from the system: what tests before have freed is not taken again
        pages.write(os.urandom(2_000_000))
        held.append(pages)
        return name

    with serving(app_that(hoards)) as server:
        assert values(idle(server, [["hello"]] * 80, 80))["80 idle conversations: memory"] > 50
    figures = values(soak(polite, [["hello"]], guests=2, seconds=1.5))
    assert figures["1.5 s: errors"] == 0
    assert figures["1.5 s: memory at the end"] > 10
    assert growth([100.0] * 10 + [120.0] * 10) == pytest.approx(20)


def test_a_recommender_is_served_and_measured(tmp_path: Path) -> None:
    (tmp_path / "lamps.csv").write_text(ROWS, "utf-8")
    with serving_processes((*RECOMMENDER, str(tmp_path / "lamps.csv")), tmp_path) as servers:
        started(servers, [["a desk lamp"]])
        told = crowd(servers, [["a desk lamp", "show me more"]] * 4, "each", guests=2)
        assert servers[0].memory_mb() > 50
        assert servers[0].processor_s() is None or servers[0].processor_s() > 0
    assert [one["error"] for row in told for one in row] == [""] * 8
    assert all(row[0]["items"] > 0 for row in told)
