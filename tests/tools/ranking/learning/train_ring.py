"""Trains a small transformer and writes its tensors: run as a process of its own, alone or by torchrun.

Arguments: file to write, directory of checkpoints ("-" for none), seconds to sleep after each step.
"""

import os
import sys
import time
from pathlib import Path

import numpy as np
from langgraph_recommender.tools.ranking.data.model import Interactions, ItemTable
from langgraph_recommender.tools.ranking.learning.distributed import torchrun
from langgraph_recommender.tools.ranking.learning.training import Running
from langgraph_recommender.tools.ranking.models.sequential import Sequential, SequentialConfig, fit

ITEMS = 30
CONFIG = SequentialConfig(
    dim=16, layers=1, length=6, dropout=0.0, rate=0.01, batch=30, epochs=4, patience=9, loss="sampled", negatives=20
)


def walks(people: int = 20, length: int = 8) -> Interactions:
    """Person p begins at item 3p of a ring and goes on one by one."""
    users = np.repeat(np.arange(people), length).astype(np.int32)
    rows = ((3 * users + np.tile(np.arange(length), people)) % ITEMS).astype(np.int32)
    items = ItemTable(tuple(f"item{row}" for row in range(ITEMS)))
    names = tuple(f"person{number}" for number in range(people))
    return Interactions(names, items, users, rows, np.ones(len(users), np.float32), np.arange(len(users), dtype=float))


def trained(running: Running, pause: float = 0.0) -> Sequential:
    return fit(walks(), CONFIG, seed=4, running=running, progress=lambda _: time.sleep(pause))


if __name__ == "__main__":
    directory = None if sys.argv[2] == "-" else Path(sys.argv[2])
    with torchrun(os.environ) as group:
        model = trained(Running(directory=directory, group=group), float(sys.argv[3]))
        if group.rank == 0:
            np.savez(sys.argv[1], **model.state().tensors)
