"""TensorBoard's view of a training."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ...errors import SettingsError
from .resume import Course


@contextmanager
def logbook(directory: Path | None) -> Iterator[Callable[[Course], None]]:
    """Writes loss, NDCG@10 and events per second after each epoch; nothing without a directory.

    Raises SettingsError when TensorBoard is not installed.
    """
    if directory is None:
        yield lambda _: None
        return
    try:
        from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415
    except ImportError as error:
        cure = "Install it with: pip install 'langgraph-recommender[train]'"
        raise SettingsError("TensorBoard is not installed, and logs were asked for.", cure=cure) from error
    with SummaryWriter(str(directory)) as writer:
        yield lambda course: _write(writer, course)


def _write(writer: object, course: Course) -> None:
    speed = course.events / max(course.learning_seconds, 1e-9)
    values = {"loss": course.losses[-1], "ndcg@10": course.judged[-1], "events per second": speed}
    for name, value in values.items():
        writer.add_scalar(name, value, course.epoch)  # pyright: ignore[reportAttributeAccessIssue]
