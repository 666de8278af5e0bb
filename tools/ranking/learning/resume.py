"""What training leaves on disk after each epoch, so that it can be taken up again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from ...errors import ModelFileError

VERSION = 1
COURSE = "course.json"
AGAIN = "Delete the directory to begin anew."


@dataclass
class Course:
    """How training went so far."""

    epoch: int = 0
    """Epochs that are done."""
    best: float = -1.0
    """Highest NDCG@10 after an epoch."""
    best_epoch: int = 0
    steps: int = 0
    events: int = 0
    """Events learned from, over all epochs and processes."""
    seconds: float = 0.0
    """Time spent, judging included."""
    learning_seconds: float = 0.0
    """Time spent, judging left out."""
    losses: list[float] = field(default_factory=list)
    judged: list[float] = field(default_factory=list)
    """NDCG@10 after each epoch."""
    stopped: str = ""
    """Why training ended; empty while it goes on."""


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """A directory with the last state of training and the best weights. A reader never sees half a checkpoint."""

    directory: Path
    fingerprint: str
    """Of everything that decides how training goes: data, configuration, seed."""

    def save(self, course: Course, state: Mapping[str, Tensor], best: Mapping[str, Tensor]) -> None:
        """Tensors first, then the file that names them, then what is out of date goes."""
        self.directory.mkdir(parents=True, exist_ok=True)
        files = {"state": f"state-{course.epoch}.safetensors", "best": f"best-{course.best_epoch}.safetensors"}
        for name, tensors in (("state", state), ("best", best)):
            if name == "state" or not (self.directory / files[name]).exists():
                _write(self.directory / files[name], tensors)
        kept = {"version": VERSION, "fingerprint": self.fingerprint, "files": files, "course": asdict(course)}
        unfinished = self.directory / f".{COURSE}"
        unfinished.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        unfinished.replace(self.directory / COURSE)
        for file in self.directory.glob("*.safetensors"):
            if file.name not in files.values():
                file.unlink()

    def load(self) -> tuple[Course, dict[str, Tensor], dict[str, Tensor]] | None:
        """Course, state and best weights; None when nothing was saved yet.

        Raises ModelFileError for a checkpoint that is damaged, of another version or of another training.
        """
        if not (self.directory / COURSE).exists():
            return None
        try:
            kept = json.loads((self.directory / COURSE).read_text(encoding="utf-8"))
            version, fingerprint, files = kept["version"], kept["fingerprint"], kept["files"]
            course = Course(**kept["course"])
        except (ValueError, KeyError, TypeError) as error:
            raise ModelFileError(f"{self.directory / COURSE} is damaged: {error}.", cure=AGAIN) from error
        if version != VERSION:
            raise ModelFileError(
                f"The checkpoint in {self.directory} is of version {version}, not {VERSION}.", cure=AGAIN
            )
        if fingerprint != self.fingerprint:
            message = f"The checkpoint in {self.directory} was made from other data, settings or another seed."
            raise ModelFileError(message, cure=f"Give another directory, or the same data. {AGAIN}")
        return course, _read(self.directory / files["state"]), _read(self.directory / files["best"])


def _write(path: Path, tensors: Mapping[str, Tensor]) -> None:
    unfinished = path.with_name(f".{path.name}")
    save_file({name: values.detach().cpu().contiguous() for name, values in tensors.items()}, unfinished)
    unfinished.replace(path)


def _read(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise ModelFileError(f"The checkpoint {path} is truncated or damaged: {error}.", cure=AGAIN) from error
