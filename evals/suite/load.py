"""Reads suite files. Every error names the file, the line and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import ValidationError

from ...tools.errors import SuiteError, did_you_mean
from .conversation import Conversation, Setting, Turn
from .expand import as_written, expand
from .explaining import explain
from .parsing import Lines, Place, line_of, parse
from .simulation import Simulation
from .spec import SuiteSpec


@dataclass(frozen=True)
class Suite:
    """A suite, the file it came from, and the line of each of its values."""

    file: str
    spec: SuiteSpec
    lines: Lines = field(default_factory=dict)
    origins: tuple[int, ...] = ()
    """For each conversation, the index of the script in the file that it comes from."""
    groups: tuple[int, ...] = ()
    """For each simulation, its index in the file; empty when all of them are here."""

    @property
    def conversations(self) -> tuple[Conversation, ...]:
        """The conversations, with the suite's catalog, language and tags filled in."""
        return tuple(
            one.model_copy(update=self._given(one) | {"turns": tuple(map(self._pictured, one.turns))})
            for one in self.spec.conversations
        )

    @property
    def simulations(self) -> tuple[Simulation, ...]:
        """The simulations, with the suite's catalog, language and tags filled in."""
        return tuple(one.model_copy(update=self._given(one)) for one in self.spec.simulations)

    def line(self, place: Place) -> int:
        """Line of a value (1 is the first); that of the nearest value around it when it has none of its own."""
        return line_of(self._as_written(place), self.lines)

    def states(self, place: Place) -> bool:
        """Whether the file has a value at that place."""
        return self._as_written(place) in self.lines

    def _as_written(self, place: Place) -> Place:
        if self.groups and len(place) > 1 and place[0] == "simulations":
            return ("simulations", self.groups[int(place[1])], *place[2:])
        return as_written(place, self.origins)

    def on_catalog(self, catalog: str) -> Suite:
        """The suite with every conversation and simulation on that catalog instead of its own."""
        moved = {
            name: tuple(one.model_copy(update={"catalog": catalog}) for one in getattr(self.spec, name))
            for name in ("conversations", "simulations")
        }
        return replace(self, spec=self.spec.model_copy(update=moved))

    def tagged(self, tags: Iterable[str]) -> Suite:
        """The suite with only the conversations and simulations that have one of the tags."""
        wanted = set(tags)
        kept = [index for index, one in enumerate(self.conversations) if wanted & set(one.tags)]
        people = [index for index, one in enumerate(self.simulations) if wanted & set(one.tags)]
        update = {
            "conversations": tuple(self.spec.conversations[index] for index in kept),
            "simulations": tuple(self.spec.simulations[index] for index in people),
        }
        spec, origins = self.spec.model_copy(update=update), tuple(self.origins[index] for index in kept)
        return replace(self, spec=spec, origins=origins, groups=tuple(people))

    def _pictured(self, turn: Turn) -> Turn:
        """The turn with the path of its picture counted from where the suite lies."""
        return turn.model_copy(update={"image": str(Path(self.file).parent / turn.image)}) if turn.image else turn

    def _given(self, one: Setting) -> dict[str, object]:
        return {
            "catalog": one.catalog or self.spec.catalog,
            "language": one.language or self.spec.language,
            "tags": tuple(dict.fromkeys((*self.spec.tags, *one.tags))),
        }


def shipped_suites() -> list[Path]:
    """The suite files that come with the package, by name."""
    return sorted((Path(__file__).parent.parent / "suites").glob("*.yaml"))


def load_suite(file: str | Path) -> Suite:
    """The suite in a file. Raises SuiteError for a missing or unreadable file and for anything it does not know."""
    path = Path(file)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SuiteError(f"{path}: byte {error.start} is not UTF-8.", cure="Save the suite as UTF-8.") from error
    except OSError as error:
        shipped = [one.stem for one in shipped_suites()]
        raise SuiteError(f"{path}: {error.strerror or error}.", cure=did_you_mean(path.stem, shipped)) from error
    return read_suite(text, str(path))


def read_suite(text: str, file: str = "suite.yaml") -> Suite:
    """The suite in a YAML text; `file` is what errors call it. Raises SuiteError."""
    data, lines = parse(text, file)
    expanded = expand(data, lines, file)
    try:
        spec = SuiteSpec.model_validate(expanded.data)
    except ValidationError as error:
        raise explain(error, file, lines, expanded.origins) from error
    return Suite(file, spec, lines, expanded.origins)


def select_tagged(suites: Sequence[Suite], tags: Sequence[str]) -> list[Suite]:
    """The suites with only what has one of the tags; all of them when no tag is given. Raises SuiteError."""
    if not tags:
        return list(suites)
    known = {tag for suite in suites for one in (*suite.conversations, *suite.simulations) for tag in one.tags}
    unknown = next((tag for tag in tags if tag not in known), None)
    if unknown:
        cure = did_you_mean(unknown, sorted(known)) if known else "The suites have no tags."
        raise SuiteError(f"no conversation has the tag {unknown!r}.", cure=cure)
    chosen = [suite.tagged(tags) for suite in suites]
    return [suite for suite in chosen if suite.spec.conversations or suite.spec.simulations]
