"""Benchmarks by name. Each prints figures beside the bounds they should reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...tools.errors import SettingsError, did_you_mean
from .batch import batch
from .calls import calls
from .conversations import conversations
from .crosswoz import crosswoz
from .edge import edge
from .fewshot import fewshot
from .figures import BenchReport, Figure, LoadOptions, Options
from .iard import iard
from .images import images
from .index import index
from .inspired import inspired
from .interactions import interactions
from .live import live
from .long import long
from .memory import memory
from .mutants import mutants
from .opendialkg import opendialkg
from .ranking import ranking
from .redial import redial
from .relevance import relevance
from .scoring import scoring
from .search import search
from .serving import serving
from .simulated import simulated
from .turns import turns

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Bench:
    """A benchmark: what it measures, and the function that does."""

    about: str
    run: Callable[[Options, Progress], BenchReport]


BENCHES: dict[str, Bench] = {
    "batch": Bench("recommender batch for --count users of books, and its memory for more of them", batch),
    "calls": Bench("model calls per turn with a hosted model, beside a naive agent", calls),
    "conversations": Bench("violations in random conversations", conversations),
    "crosswoz": Bench("Chinese constraints over CrossWOZ's dialogues, with --data: slot F1, final choice", crosswoz),
    "edge": Bench("what keys, rates, limits and logs of a server cost a request", edge),
    "fewshot": Bench("held-out users after 0, 1, 3 and 5 likes, and held-out items, on books", fewshot),
    "iard": Bench("intents of IARD's film seekers mapped to ours, with --data: accuracy, confusion", iard),
    "images": Bench("search by picture, with --data: photograph to product, clothes to their kind", images),
    "index": Bench("time to index, open again and change, room per item; with --data Icecat", index),
    "inspired": Bench("new films in INSPIRED's dialogues, with --data: recall beside GPT-4's", inspired),
    "interactions": Bench("reading interactions of every kind of file, --count rows: seconds, memory", interactions),
    "live": Bench("8 readers and 1 writer for --count seconds: errors, lost rows, stale results", live),
    "long": Bench("a conversation of --count turns: time and bytes of the 10th turn and the last", long),
    "memory": Bench("peak memory of a process", memory),
    "mutants": Bench("faulty agents that the suites that ship must catch: what caught each", mutants),
    "opendialkg": Bench("what dialogues recommend next, with --data: recall beside published", opendialkg),
    "ranking": Bench("quality, time, memory of ranking beside other libraries, with --data; --count seeds", ranking),
    "redial": Bench("new films in ReDial's dialogues, none learned from, with --data; --count turns", redial),
    "relevance": Bench("order of products that people graded, with --data: words, meaning, their sum, ours", relevance),
    "scoring": Bench("ranking 200 candidates: latency of all parts and of each; --data a ranker", scoring),
    "search": Bench("filtered search beside raw Chroma and a scan: latency, recall, memory, by --count items", search),
    "serving": Bench("recommender serve under load over sockets; --soak, --idle, --canaries, --workers", serving),
    "simulated": Bench("simulated people: success by turn, turns, violations, both languages, profiles", simulated),
    "turns": Bench("latency of a turn and start of a process, offline", turns),
}
"""Later benchmarks are one more line here."""


def find_bench(name: str) -> Bench:
    """The benchmark of that name. Raises SettingsError with the nearest."""
    if name not in BENCHES:
        raise SettingsError(f"no benchmark {name!r}.", cure=did_you_mean(name, list(BENCHES)))
    return BENCHES[name]


__all__ = ["BENCHES", "Bench", "BenchReport", "Figure", "LoadOptions", "Options", "Progress", "find_bench"]
