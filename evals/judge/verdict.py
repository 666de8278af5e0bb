"""The opinions on a run, each kept as soon as it is known, so that none is paid for twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from ...tools.errors import SuiteError
from ..facts import CatalogFacts
from ..outcome import Outcome
from .criteria import criteria, prompt_of
from .judging import Judge
from .transcript import transcript

JUDGED = "judged.jsonl"
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """One opinion on one conversation. `score` is None when the model gave none."""

    suite: str
    name: str
    repeat: int
    criterion: str
    judge: str
    digest: str
    """Of what the model was asked, the conversation included."""
    score: bool | None
    reason: str = ""
    error: str = ""


def judged(
    outcomes: Sequence[Outcome], facts: Callable[[str], CatalogFacts], judge: Judge, directory: Path | None = None
) -> list[Verdict]:
    """Every criterion of every conversation that was run, in their order.

    `directory` keeps opinions in judged.jsonl; the same question to the same model is not asked again there.
    """
    held = {(one.judge, one.digest): one for one in _read(directory) if one.score is not None}
    ran = [one for one in outcomes if one.turns]
    asked = [(one, name, transcript(one, facts(one.catalog))) for one in ran for name in criteria()]

    def answer(question: tuple[Outcome, str, str]) -> Verdict:
        outcome, name, told = question
        digest = sha256(f"{prompt_of(name)}\n{told}".encode("utf-8", "replace")).hexdigest()
        known = held.get((judge.name, digest))
        given = known or judge.ask(name, told)
        place = (outcome.suite, outcome.name, outcome.repeat, name, judge.name, digest)
        return Verdict(*place, given.score, given.reason, given.error)

    found = list[Verdict]()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for one in pool.map(answer, asked):
            found.append(one)
            if directory and (one.judge, one.digest) not in held:
                _write(one, directory)
    return found


def _read(directory: Path | None) -> Iterator[Verdict]:
    """Whole lines; what a write that was cut off left is no opinion."""
    path = directory / JUDGED if directory else None
    if path is None or not path.exists():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n")[:-1], start=1):
        try:
            yield Verdict(**json.loads(line))
        except (ValueError, TypeError) as error:
            cure = "Remove the line, or begin anew with --fresh."
            raise SuiteError(f"{path}:{number}: not an opinion.", cure=cure) from error


def _write(one: Verdict, directory: Path) -> None:
    try:
        with (directory / JUDGED).open("a", encoding="utf-8", errors="replace") as file:
            file.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")
    except OSError as error:
        raise SuiteError(
            f"{directory}: {error.strerror}.", cure="Give --report a folder that can be written."
        ) from error
