"""Opening a catalog behind a progress bar that appears only when there is something to index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ...tools.catalog import Catalog, open_catalog


def open_with_bar(source: str, home: Path, *, quiet: bool = False) -> Catalog:
    """The catalog of that name or path; its index is kept in `home`. Raises CatalogError."""
    with indexing_bar(source, quiet=quiet) as progress:
        return open_catalog(source, home=home, progress=progress)


@contextmanager
def indexing_bar(source: str, *, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Yields a callback (done, total); the bar goes to standard error and is removed at the end."""
    if quiet:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(f"Indexing {source}", total=None, visible=False)
        yield lambda done, total: progress.update(task, completed=done, total=total, visible=True)
