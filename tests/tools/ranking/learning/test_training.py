"""Training that is stopped, killed, taken up again, shared between processes, and fed nonsense."""

import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from langgraph_recommender.tools.errors import ModelFileError, TrainingError
from langgraph_recommender.tools.ranking.learning.optimiser import Adam
from langgraph_recommender.tools.ranking.learning.training import Running, Step
from langgraph_recommender.tools.ranking.models.sequential import Sequential, fit

SCRIPT = Path(__file__).with_name("train_ring.py")


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("train_ring", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ring = _loaded()


@pytest.fixture(scope="module")
def uninterrupted() -> dict[str, np.ndarray]:
    return dict(ring.trained(Running()).state().tensors)


def test_a_killed_training_goes_on_to_the_same_bits(tmp_path: Path, uninterrupted: dict[str, np.ndarray]) -> None:
    kept = tmp_path / "kept"
    command = [sys.executable, str(SCRIPT), str(tmp_path / "never.npz"), str(kept), "0.05"]
    with subprocess.Popen(command) as child:
        while not (kept / "course.json").exists():
            assert child.poll() is None
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
    done = json.loads((kept / "course.json").read_text())["course"]["epoch"]
    assert 1 <= done < ring.CONFIG.epochs
    seen: list[Step] = []
    resumed = fit(ring.walks(), ring.CONFIG, seed=4, running=Running(directory=kept), progress=seen.append)
    assert min(step.epoch for step in seen) == done + 1
    assert all(np.array_equal(values, uninterrupted[name]) for name, values in resumed.state().tensors.items())


def test_two_processes_learn_what_one_does(tmp_path: Path, uninterrupted: dict[str, np.ndarray]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {**os.environ, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": "2"}  # as torchrun sets
    written = tmp_path / "shared.npz"
    command = [sys.executable, str(SCRIPT), str(written), str(tmp_path / "kept"), "0"]
    children = [subprocess.Popen(command, env={**given, "RANK": str(rank)}) for rank in range(2)]
    assert [child.wait(timeout=120) for child in children] == [0, 0]
    with np.load(written, allow_pickle=False) as shared:
        assert set(shared) == set(uninterrupted)
        for name, values in uninterrupted.items():
            assert shared[name] == pytest.approx(values, abs=5e-3), name


def test_a_finished_training_is_not_repeated(tmp_path: Path, uninterrupted: dict[str, np.ndarray]) -> None:
    ring.trained(Running(directory=tmp_path))
    seen: list[Step] = []
    again = fit(ring.walks(), ring.CONFIG, seed=4, running=Running(directory=tmp_path), progress=seen.append)
    assert seen == []
    assert np.array_equal(again.state().tensors["items"], uninterrupted["items"])


def test_more_epochs_go_on_where_it_ended(tmp_path: Path) -> None:
    ring.trained(Running(directory=tmp_path))
    longer, seen = replace(ring.CONFIG, epochs=6), []
    resumed = fit(ring.walks(), longer, seed=4, running=Running(directory=tmp_path), progress=seen.append)
    assert [step.epoch for step in seen if step.ndcg is not None] == [5, 6]
    assert np.array_equal(resumed.state().tensors["items"], fit(ring.walks(), longer, seed=4).state().tensors["items"])


def test_it_stops_when_nothing_gets_better() -> None:
    seen: list[Step] = []
    still = replace(ring.CONFIG, rate=1e-12, patience=2, epochs=50)
    fit(ring.walks(), still, seed=4, progress=seen.append)
    assert [step.epoch for step in seen if step.ndcg is not None] == [1, 2, 3]


def test_it_stops_when_the_time_is_over() -> None:
    seen: list[Step] = []
    model = fit(ring.walks(), ring.CONFIG, seed=4, running=Running(seconds=0.0), progress=seen.append)
    assert [step.batch for step in seen if step.ndcg is None] == [1]
    assert isinstance(model, Sequential)


def test_each_step_is_reported() -> None:
    seen: list[Step] = []
    fit(ring.walks(), ring.CONFIG, seed=4, progress=seen.append)
    first = [step for step in seen if step.epoch == 1]
    assert [step.batch for step in first[:-1]] == list(range(1, first[0].batches + 1))
    assert first[-1].ndcg is not None
    assert all(step.events_per_second > 0 and np.isfinite(step.loss) for step in seen)


def test_a_loss_that_is_no_number_at_once_says_where() -> None:
    with pytest.raises(TrainingError, match="no number in epoch 1, batch 2"):
        fit(ring.walks(), replace(ring.CONFIG, rate=1e38), seed=4)


def test_a_loss_that_is_no_number_later_keeps_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = iter(range(1000))
    honest = Adam.step

    def spoil(self: Adam, gradients: list, rows: torch.Tensor, row_gradients: torch.Tensor) -> None:
        honest(self, gradients, rows, row_gradients * (np.nan if next(steps) == 9 else 1.0))

    monkeypatch.setattr(Adam, "step", spoil)
    seen: list[Step] = []
    model = fit(ring.walks(), ring.CONFIG, seed=4, progress=seen.append)
    assert re.search(rf"no number.* epoch {9 // seen[0].batches + 1}, batch", seen[-1].stopped)
    assert all(np.isfinite(values).all() for values in model.state().tensors.values())


def test_a_checkpoint_of_another_training(tmp_path: Path) -> None:
    ring.trained(Running(directory=tmp_path))
    with pytest.raises(ModelFileError, match="other data, settings or another seed"):
        fit(ring.walks(people=19), ring.CONFIG, seed=4, running=Running(directory=tmp_path))
    with pytest.raises(ModelFileError, match="other data, settings or another seed"):
        fit(ring.walks(), replace(ring.CONFIG, rate=0.02), seed=4, running=Running(directory=tmp_path))


def test_a_truncated_checkpoint(tmp_path: Path) -> None:
    ring.trained(Running(directory=tmp_path))
    state = next(tmp_path.glob("state-*.safetensors"))
    state.write_bytes(state.read_bytes()[:1000])
    with pytest.raises(ModelFileError, match=r"state-\d\.safetensors is truncated"):
        ring.trained(Running(directory=tmp_path))
    state.unlink()
    with pytest.raises(ModelFileError, match=r"state-\d\.safetensors is truncated"):
        ring.trained(Running(directory=tmp_path))


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", '{"version": 99, "fingerprint": "", "files": {}, "course": {}}'])
def test_a_damaged_course(tmp_path: Path, text: str) -> None:
    (tmp_path / "course.json").write_text(text)
    with pytest.raises(ModelFileError):
        ring.trained(Running(directory=tmp_path))


def test_logs_for_tensorboard(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    ring.trained(Running(logs=tmp_path))
    read = EventAccumulator(str(tmp_path)).Reload()
    assert [event.step for event in read.Scalars("ndcg@10")] == [1, 2, 3, 4]


def test_adam_by_hand() -> None:
    weight, table, gradient = torch.tensor([1.0]), torch.ones(2, 1), torch.tensor([0.5])
    adam = Adam({"weight": weight}, table, 0.1)
    adam.step([gradient], torch.arange(2), torch.tensor([[0.5], [-2.0]]))
    assert [float(weight), *table[:, 0].tolist()] == pytest.approx([0.9, 0.9, 1.1])  # the first step is the rate
    adam.step([-gradient], torch.tensor([0]), torch.tensor([[0.5]]))
    first, second = (0.9 * 0.05 - 0.1 * 0.5) / (1 - 0.9**2), 0.25
    assert float(weight) == pytest.approx(0.9 - 0.1 * first / second**0.5)
    assert table[:, 0].tolist() == pytest.approx([0.8, 1.1])


def test_adam_leaves_other_rows_alone() -> None:
    table = torch.ones(5, 2)
    Adam({}, table, 0.1).step([], torch.tensor([1, 3]), torch.ones(2, 2))
    assert table[:, 0].tolist() == pytest.approx([1, 0.9, 1, 0.9, 1])
