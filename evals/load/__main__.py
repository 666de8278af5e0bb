"""Reads what to do as JSON from standard input, does it, and prints what was told as JSON."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from time import perf_counter
from typing import Any

from .crowd import closed, each, opened
from .guest import Told


def main() -> None:
    """`mode` is closed, open or each; the other fields are the arguments of that crowd."""
    print(json.dumps(asyncio.run(_run(json.load(sys.stdin)))))


async def _run(asked: dict[str, Any]) -> Any:
    places, talks = [(host, port) for host, port in asked["places"]], asked["talks"]
    if asked["mode"] == "each":
        told = await each(places, talks, guests=asked["guests"])
        return [[asdict(one) for one in row] for row in told]
    start = perf_counter()
    until = start + asked["seconds"]
    if asked["mode"] == "open":
        turns = await opened(places, talks, rate=asked["rate"], until=until, seed=asked["seed"])
    else:
        turns = await closed(places, talks, guests=asked["guests"], until=until, streams=asked["streams"])
    return [_row(one, start) for one in turns]


def _row(one: Told, start: float) -> dict[str, Any]:
    return asdict(one) | {"began": one.began - start}


main()
