"""What is seen of a run while it goes on, on standard error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ..outcome import Outcome


class RunProgress:
    """A bar with the number of failures on a terminal, and a line when a run goes on or is cut off."""

    def __init__(self, console: Console, directory: Path | None) -> None:
        columns = (TextColumn("conversations"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        shown = TextColumn("{task.fields[failed]} failed")
        self.bar = Progress(*columns, shown, console=console, transient=True, disable=not console.is_terminal)
        self._task = self.bar.add_task("", failed=0)
        self._console = console
        self._directory = directory
        self._done, self._total, self._failed = 0, 0, 0

    def hear(self, done: int, total: int, outcome: Outcome | None) -> None:
        """Takes note of the cases done, and of the outcome that came last."""
        if outcome is None and done:
            self._say(f"{self._directory}: {done} of {total} are done already; {total - done} are left.")
        self._done, self._total = done, total
        self._failed += bool(outcome and outcome.failures)
        self.bar.update(self._task, completed=done, total=total, failed=self._failed)

    def say_interrupted(self) -> None:
        """What there is after Ctrl-C."""
        kept = f"kept in {self._directory}; the same command goes on" if self._directory else "lost without --report"
        self._say(f"Interrupted: {self._done} of {self._total} are done, {kept}.")

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


def unjudged(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """A line for the expectations that could not be judged, and one for each reason not to run conversations."""
    skipped = Counter(name for one in outcomes for name in one.skipped)
    if skipped:
        counted = ", ".join(f"{name} {count}" for name, count in skipped.most_common())
        yield f"not judged, because the target does not show it: {counted}"
    for reason, count in Counter(one.not_run for one in outcomes if one.not_run).items():
        yield f"not run: {count} ({reason})"
