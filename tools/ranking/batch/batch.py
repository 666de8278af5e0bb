"""From a file of users to a file of recommendations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ..correction import Correction
from ..cost import CostLine
from ..data.report import ReadReport
from .correcting import COMPARED, Compared, Corrector, comparison, counted
from .events import UserBlock
from .grouping import IN_MEMORY, Grouped, grouped
from .reading import UsersFile
from .recommending import Recommend, Recommended
from .writing import Labels, check_out, writing

Run = Callable[[Recommend, Iterable[UserBlock]], Iterator[Recommended]]
"""Where the work is done: results come in the order of the blocks."""
Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and how much there is."""


@dataclass(slots=True)
class BatchReport:
    """What was written, and what could not be used."""

    read: ReadReport
    users: int = 0
    rows: int = 0
    without_history: int = 0
    """Users of whom nothing is known: they have what is popular."""
    short: int = 0
    """Users with fewer recommendations than asked for: nothing else fits or is new to them."""
    scale: tuple[float, float] | None = field(default=None)
    """Of the ratings: lowest and highest."""
    corrected: tuple[CostLine, ...] = ()
    """What the correction changed in the lists of the first 10,000 users."""


def recommend_all(
    file: UsersFile,
    recommend: Recommend,
    labels: Labels,
    out: Path,
    *,
    run: Run,
    progress: Progress,
    in_memory: int = IN_MEMORY,
    correction: Correction | None = None,
) -> BatchReport:
    """Writes the best items for every user of the file, by user id and rank; the same rows wherever it runs.

    Memory grows neither with the users nor with their events, of which `in_memory` are held at a time. For a
    correction, an item is as popular as it is frequent in the file.
    Raises LogError for a users file and InputError for an `out` that cannot be used.
    """
    check_out(out)
    report = BatchReport(file.report)
    counts = np.zeros(len(labels.item_ids), np.int64)
    blocks = counted(file.blocks(lambda done, total: progress("reading", done, total)), counts)
    with grouped(blocks, in_memory=in_memory) as found, writing(out, labels) as writer:
        report.scale = file.scale(found.highest)
        facts = correction.facts(counts, 0) if correction else None
        corrector = Corrector(correction.options, facts) if correction and facts else None
        compared: list[Compared] = []
        for one in run(replace(recommend, corrector=corrector), _users(found, recommend, report, progress)):
            writer.write(one)
            report.rows += len(one.rows)
            report.short += int((np.bincount(one.users, minlength=len(one.user_ids)) < recommend.choice.k).sum())
            if one.compared and len(compared) * recommend.choice.users_at_once < COMPARED:
                compared.append(one.compared)
        if facts:
            report.corrected = comparison(compared, replace(facts, people=report.users))
    return report


def _users(found: Grouped, recommend: Recommend, report: BatchReport, progress: Progress) -> Iterator[UserBlock]:
    """Blocks small enough to be scored at once, counted."""
    done = 0
    for some in found.users(report.scale):
        for block in some.batches(recommend.choice.users_at_once):
            yield block
            report.users += len(block)
            report.without_history += int((np.diff(block.histories.starts) == 0).sum())
            done += len(block.histories.rows)
            progress("recommending", done, found.events)
