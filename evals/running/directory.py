"""A run directory: `run.json` says what was run, `outcomes.jsonl` holds one line for each case that is done."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Self

from filelock import FileLock, Timeout

from ...tools.errors import SuiteError
from ..outcome import Outcome

RUN = "run.json"
OUTCOMES = "outcomes.jsonl"
LOCK = "run.lock"
FORMAT = 1


@dataclass(frozen=True)
class About:
    """What a run is of. Two runs with equal `what` and `cases` are the same run."""

    what: dict[str, Any]
    """Target, model, suites with the digests of their files, repeats, seed: whatever changes what is run."""
    cases: int
    """How many there are to run."""
    machine: dict[str, Any] = field(default_factory=dict)
    """Where it was started, and with which versions."""

    def to_data(self) -> dict[str, Any]:
        """JSON values."""
        return {"format": FORMAT, "what": self.what, "cases": self.cases, "machine": self.machine}

    @classmethod
    def read(cls, directory: Path) -> Self:
        """What a directory holds the run of. Raises SuiteError."""
        path = directory / RUN
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data["format"] != FORMAT:
                raise SuiteError(f"{path}: format {data['format']}, not {FORMAT}.", cure="Run the evaluation again.")
            return cls(data["what"], data["cases"], data["machine"])
        except OSError as error:
            cure = "Name a directory that `recommender eval --report` wrote."
            raise SuiteError(f"{path}: {error.strerror}.", cure=cure) from error
        except (ValueError, KeyError, TypeError) as error:
            raise SuiteError(f"{path}: not the description of a run.", cure="Begin anew with --fresh.") from error


@dataclass(frozen=True)
class Run:
    """A run as it was written down; it may have been interrupted."""

    about: About
    outcomes: tuple[Outcome, ...]

    @property
    def complete(self) -> bool:
        """Whether every case is done."""
        return len(self.outcomes) == self.about.cases


def read_run(directory: Path) -> Run:
    """The run in a directory, its outcomes in the order they were finished. Raises SuiteError.

    A line that was being written when the run was cut off is left out.
    """
    about = About.read(directory)
    return Run(about, tuple(_outcomes(directory / OUTCOMES)))


def settings_apart(one: About, other: About) -> dict[str, tuple[Any, Any]]:
    """By name, what was set otherwise in two runs; of suites, the beginning of the digest where the content differs."""
    before, now = (_settings(each) for each in (one, other))
    return {name: (before.get(name), now.get(name)) for name in before | now if before.get(name) != now.get(name)}


def _settings(about: About) -> dict[str, Any]:
    suites = {f"suite {Path(one['file']).name}": one["sha256"][:12] for one in about.what.get("suites", ())}
    what = {name: value for name, value in about.what.items() if name != "suites"}
    return {**suites, **what, "conversations": about.cases}


@contextmanager
def writing(directory: Path, about: About, *, fresh: bool = False) -> Iterator[Writer]:
    """Opens a directory for a run: a new one, or the same run that goes on. Nobody else may write meanwhile.

    Args:
        directory: made when missing.
        about: what is run.
        fresh: remove what another run left there.

    Raises:
        SuiteError: it cannot be written, another process runs into it, or it holds another run.
    """
    with _writable(directory):
        directory.mkdir(parents=True, exist_ok=True)
        lock = _locked(directory)
    with lock:
        held = () if fresh else _begun(directory, about)
        with _writable(directory):
            file = _opened(directory, about, anew=not held)
        with file:
            yield Writer(held, directory, file.fileno())


@dataclass(frozen=True)
class Writer:
    """Adds to a run. `held` are the outcomes that were there when it was opened."""

    held: tuple[Outcome, ...]
    directory: Path
    descriptor: int

    def add(self, outcome: Outcome) -> None:
        """Appends the outcome; it is on the disk when this returns. Raises SuiteError when the disk is full."""
        line = json.dumps(outcome.to_data(), ensure_ascii=False) + "\n"
        left = memoryview(line.encode("utf-8", "replace"))
        with _writable(self.directory):
            while left:
                left = left[os.write(self.descriptor, left) :]
            os.fsync(self.descriptor)


@contextmanager
def _writable(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        cure = "Give --report a directory that can be written."
        raise SuiteError(f"{directory}: {error.strerror}.", cure=cure) from error


def _opened(directory: Path, about: About, *, anew: bool) -> BinaryIO:
    if anew:
        (directory / OUTCOMES).unlink(missing_ok=True)
        _write_whole(directory / RUN, json.dumps(about.to_data(), ensure_ascii=False, indent=1) + "\n")
    return (directory / OUTCOMES).open("ab", buffering=0)


def _locked(directory: Path) -> FileLock:
    lock = FileLock(directory / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        cure = "Wait for it, or name another directory with --report."
        raise SuiteError(f"{directory}: another process is running into it.", cure=cure) from error
    return lock


def _begun(directory: Path, about: About) -> tuple[Outcome, ...]:
    """The outcomes of the same run that are there already; what a cut-off write left is removed."""
    if not (directory / RUN).exists() and not (directory / OUTCOMES).exists():
        return ()
    there = About.read(directory)
    apart = settings_apart(there, about)
    if apart:
        name, (before, now) = next(iter(apart.items()))
        raise SuiteError(
            f"{directory} holds another run: {name} was {_brief(before)}, now {_brief(now)}.",
            cure="Name another directory with --report, or remove what is there with --fresh.",
        )
    held = tuple(_outcomes(directory / OUTCOMES))
    _cut_after_last_line(directory / OUTCOMES)
    return held


def _outcomes(path: Path) -> Iterator[Outcome]:
    """Every whole line of the file. Raises SuiteError for one that is no outcome."""
    if not path.exists():
        return
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines[:-1], start=1):
        try:
            yield Outcome.from_data(json.loads(line))
        except (ValueError, SuiteError) as error:
            reason = error.message if isinstance(error, SuiteError) else "not an outcome: no JSON."
            cure = "Remove the line, or begin anew with --fresh."
            raise SuiteError(f"{path}:{number}: {reason}", cure=cure) from error


def _cut_after_last_line(path: Path) -> None:
    if path.exists():
        whole = path.read_bytes().rfind(b"\n") + 1
        os.truncate(path, whole)


def _write_whole(path: Path, text: str) -> None:
    """Writes a file so that it is there in full or not at all."""
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _brief(value: Any) -> str:
    text = "not there" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:80]}..."
