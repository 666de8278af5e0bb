"""Several processes that train one model together, each on its share of every batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Group:
    """This process is number `rank` of `size`."""

    rank: int = 0
    size: int = 1

    def add(self, tensors: Sequence[Tensor]) -> None:
        """Each tensor becomes its sum over all processes, in place: one message for all of them."""
        if self.size == 1:
            return
        joined = torch.cat([one.reshape(-1) for one in tensors])
        torch.distributed.all_reduce(joined)
        parts = joined.split([one.numel() for one in tensors])
        for one, part in zip(tensors, parts, strict=True):
            one.copy_(part.view_as(one))

    def share(self, tensors: Iterable[Tensor]) -> None:
        """Each tensor becomes that of the first process, in place."""
        if self.size > 1:
            for one in tensors:
                torch.distributed.broadcast(one, 0)

    def first_text(self, text: str) -> str:
        """The text that the first process has."""
        size = torch.tensor([len(text.encode())])
        self.share([size])
        letters = torch.frombuffer(bytearray(text.encode().ljust(int(size))[: int(size)]), dtype=torch.uint8)
        self.share([letters])
        return letters.numpy().tobytes().decode()

    def total(self, values: Sequence[float]) -> list[float]:
        """Sums over all processes."""
        sums = torch.tensor(values, dtype=torch.float64)
        self.add([sums])
        return sums.tolist()

    def first_says(self, value: bool) -> bool:
        """What the first process says, in all of them."""
        return self.total([float(value and self.rank == 0)])[0] > 0


ALONE = Group()


@contextmanager
def torchrun(environment: Mapping[str, str]) -> Iterator[Group]:
    """The group that `torchrun` started this process in, from its environment; alone without one."""
    if int(environment.get("WORLD_SIZE", "1")) < 2:
        yield ALONE
        return
    torch.distributed.init_process_group("gloo")
    try:
        yield Group(torch.distributed.get_rank(), torch.distributed.get_world_size())
    finally:
        torch.distributed.destroy_process_group()
