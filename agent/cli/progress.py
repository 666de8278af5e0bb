"""Opening a catalog behind a progress bar that appears only when there is something to index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ...tools.catalog import Catalog, named_catalogs, open_catalogs
from ..settings import Settings


def open_with_bar(sources: Sequence[str] | None, settings: Settings, *, quiet: bool = False) -> Catalog:
    """The catalog of those names or paths, or of the settings; several are opened as one. Raises CatalogError."""
    chosen = tuple(sources) if sources else named_catalogs(settings.catalog)
    with indexing_bar(", ".join(chosen), quiet=quiet) as progress:
        return open_catalogs(chosen, home=settings.home, progress=progress, store=settings.catalog_store)


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
