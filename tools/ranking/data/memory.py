"""How much memory is free, so that reading can stop with a word before the machine stops it without one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

_SYSTEM = Path("/proc/meminfo")
_PROCESS = Path("/proc/self/status")
_CONTAINER = Path("/sys/fs/cgroup")


def free_memory() -> int:
    """Bytes that this process may still take: of the machine, of its container and of its own limit (Linux).

    Without a limit that can be read (other systems) sys.maxsize.
    """
    return max(0, min([sys.maxsize, *_of_machine(), *_of_container(), *_of_process()]))


def _of_machine() -> Iterator[int]:
    if _SYSTEM.is_file():
        yield _kilobytes(_SYSTEM, "MemAvailable")


def _of_container() -> Iterator[int]:
    """Version 2 of control groups; what is cached of files counts as free."""
    limit = _CONTAINER / "memory.max"
    if limit.is_file() and (allowed := limit.read_text().strip()).isdecimal():
        used = int((_CONTAINER / "memory.current").read_text())
        yield int(allowed) - used + _field(_CONTAINER / "memory.stat", "inactive_file")


def _of_process() -> Iterator[int]:
    try:
        import resource  # noqa: PLC0415
    except ImportError:  # Windows
        return
    allowed, _ = resource.getrlimit(resource.RLIMIT_AS)
    if allowed != resource.RLIM_INFINITY and _PROCESS.is_file():
        yield allowed - _kilobytes(_PROCESS, "VmSize")


def _kilobytes(path: Path, name: str) -> int:
    return 1024 * _field(path, f"{name}:")


def _field(path: Path, name: str) -> int:
    rows = (line.split() for line in path.read_text().splitlines())
    return next((int(row[1]) for row in rows if row and row[0] == name), 0)
