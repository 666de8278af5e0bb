"""One thread for each piece of work: small work is done sooner so, and on busy cores two threads only wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock


def keep_to_one_thread() -> None:
    """One thread for each operation of BLAS and torch, for the rest of the process.

    For a process that does many small things at once: threads that help with one of them spin while they wait, which
    takes half of the processor from the others.
    """
    import torch  # noqa: PLC0415
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    threadpool_limits(1)
    torch.set_num_threads(1)


@dataclass
class _Held:
    """Who is inside, and torch's own count: it is put back when the last one leaves."""

    lock: Lock = field(default_factory=Lock)
    inside: int = 0
    before: int = 1


_held = _Held()


@contextmanager
def one_thread() -> Iterator[None]:
    """One thread for each of torch's operations; the count is put back afterwards. Threads may be inside together."""
    import torch  # noqa: PLC0415

    with _held.lock:
        if not _held.inside:
            _held.before = torch.get_num_threads()
            torch.set_num_threads(1)
        _held.inside += 1
    try:
        yield
    finally:
        with _held.lock:
            _held.inside -= 1
            if not _held.inside:
                torch.set_num_threads(_held.before)
