"""A trained ranker on disk: the same again, and a clear error for everything that can be wrong with it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langgraph_recommender.tools.errors import ModelFileError, TrainingError
from langgraph_recommender.tools.ranking.data.model import Histories, ItemTable
from langgraph_recommender.tools.ranking.learning.bundle import (
    CARD,
    MANIFEST,
    TENSORS,
    item_ids,
    load_model,
    save_model,
)
from langgraph_recommender.tools.ranking.learning.fitting import Training
from langgraph_recommender.tools.ranking.learning.trained import TrainedModel
from safetensors.numpy import load_file, save_file

HISTORIES = Histories.of([[1, 2, 3], [], [39]])


@pytest.fixture
def model(training: Training) -> TrainedModel:
    return training.model


@pytest.fixture
def kept(model: TrainedModel, tmp_path: Path) -> Path:
    save_model(tmp_path / "ranker", model)
    return tmp_path / "ranker"


def sealed(kept: Path, change: Callable[[dict[str, np.ndarray]], Any]) -> None:
    """Changes the tensors, and the manifest so that it was written with them."""
    import hashlib

    tensors = load_file(kept / TENSORS)
    change(tensors)
    save_file(tensors, kept / TENSORS)
    manifest = json.loads((kept / MANIFEST).read_text())
    manifest["sha256"] = hashlib.sha256((kept / TENSORS).read_bytes()).hexdigest()
    (kept / MANIFEST).write_text(json.dumps(manifest))


def rewritten(kept: Path, **changes: Any) -> None:
    manifest = json.loads((kept / MANIFEST).read_text())
    (kept / MANIFEST).write_text(json.dumps(manifest | changes))


def test_the_same_again(model: TrainedModel, kept: Path) -> None:
    again = load_model(kept)
    assert np.array_equal(again.score(HISTORIES), model.score(HISTORIES))
    assert again.card == model.card
    assert (again.voices, again.temperature) == (model.voices, model.temperature)
    assert item_ids(kept) == model.items.item_ids
    assert sorted(path.name for path in kept.iterdir()) == [CARD, MANIFEST, TENSORS]


def test_the_same_bytes_again(model: TrainedModel, kept: Path, tmp_path: Path) -> None:
    save_model(tmp_path / "again", load_model(kept))
    for name in (CARD, MANIFEST, TENSORS):
        assert (tmp_path / "again" / name).read_bytes() == (kept / name).read_bytes()


def test_the_card_tells_where_it_comes_from(model: TrainedModel, kept: Path) -> None:
    text = (kept / CARD).read_text()
    for told in (model.card.data_hash, model.card.split_hash, "licence: CC0", "popularity", "mixture", "Calibration"):
        assert told in text


def test_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="There is no trained ranker in"):
        load_model(tmp_path)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_truncated_tensors(kept: Path, share: float) -> None:
    content = (kept / TENSORS).read_bytes()
    (kept / TENSORS).write_bytes(content[: int(share * len(content))])
    with pytest.raises(ModelFileError, match=r"ranker\.safetensors cannot be used: it is truncated"):
        load_model(kept)


def test_truncated_manifest(kept: Path) -> None:
    content = (kept / MANIFEST).read_text()
    (kept / MANIFEST).write_text(content[: len(content) // 2])
    with pytest.raises(ModelFileError, match=r"ranker\.json cannot be used: it is no JSON"):
        load_model(kept)


def test_tensors_of_another_training(kept: Path) -> None:
    tensors = load_file(kept / TENSORS)
    tensors["popularity/counts"][0] += 1
    save_file(tensors, kept / TENSORS)
    with pytest.raises(ModelFileError, match=r"not the file that ranker\.json was written with"):
        load_model(kept)


def test_another_version(kept: Path) -> None:
    rewritten(kept, format=99)
    with pytest.raises(ModelFileError, match="has format 99, and this version reads format 1"):
        load_model(kept)


def test_a_manifest_that_lacks_something(kept: Path) -> None:
    (kept / MANIFEST).write_text('{"format": 1}')
    with pytest.raises(ModelFileError, match="it lacks card, items, parts"):
        load_model(kept)


def test_an_unknown_part(kept: Path) -> None:
    rewritten(kept, parts={"popularity": {}, "cooccurrence": {}, "telepathy": {}})
    with pytest.raises(ModelFileError, match="names a part 'telepathy'"):
        load_model(kept)


def test_missing_tensors_of_a_part(kept: Path) -> None:
    sealed(kept, lambda tensors: [tensors.pop(name) for name in list(tensors) if name.startswith("popularity/")])
    with pytest.raises(ModelFileError, match="the tensors of the part popularity are missing"):
        load_model(kept)


def test_one_missing_tensor(kept: Path) -> None:
    sealed(kept, lambda tensors: tensors.pop("cooccurrence/values"))
    with pytest.raises(ModelFileError, match="the part cooccurrence cannot be restored"):
        load_model(kept)


def test_a_foreign_tensor(kept: Path) -> None:
    sealed(kept, lambda tensors: tensors.update({"users/alice": np.ones(3, np.float32)}))
    with pytest.raises(ModelFileError, match="the tensor users/alice belongs to no part"):
        load_model(kept)


def test_numbers_that_are_not_finite(kept: Path) -> None:
    sealed(kept, lambda tensors: tensors["popularity/counts"].__setitem__(3, np.nan))
    with pytest.raises(ModelFileError, match="the tensor popularity/counts holds numbers that are not finite"):
        load_model(kept)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_what_is_not_finite_is_not_kept(value: float, model: TrainedModel, tmp_path: Path) -> None:
    state = model.parts[0].state()
    broken = type(model.parts[0]).restore(
        replace(state, tensors={**state.tensors, "counts": np.full(40, value)}), model.items
    )
    with pytest.raises(TrainingError, match="popularity/counts of the ranker is not finite"):
        save_model(tmp_path, replace(model, parts=(broken, *model.parts[1:])))
    assert list(tmp_path.iterdir()) == []


def test_another_catalog(model: TrainedModel, kept: Path) -> None:
    with pytest.raises(ModelFileError, match=r"another catalog: 40 of its 40 items are missing"):
        load_model(kept, ItemTable(tuple(f"other {row}" for row in range(40))))
    with pytest.raises(ModelFileError, match="another catalog: 0 of its 40"):
        load_model(kept, ItemTable(model.items.item_ids[::-1]))


def test_another_embedding(model: TrainedModel, tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).normal(size=(40, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    save_model(tmp_path, replace(model, items=replace(model.items, vectors=vectors)))
    load_model(tmp_path, replace(model.items, vectors=vectors))
    for other in (vectors[::-1].copy(), vectors[:, :8].copy()):
        with pytest.raises(ModelFileError, match="vectors of another embedding"):
            load_model(tmp_path, replace(model.items, vectors=other))


def test_wrong_voices(kept: Path) -> None:
    rewritten(kept, voices={"popularity": {"loudness": 3}})
    with pytest.raises(ModelFileError, match=r"ranker\.json cannot be used"):
        load_model(kept)


def test_a_write_that_fails_leaves_the_old_model(
    model: TrainedModel, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (kept / TENSORS).read_bytes()

    def full(self: Path, _content: bytes) -> int:
        self.touch()
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        save_model(kept, model)
    monkeypatch.undo()
    assert (kept / TENSORS).read_bytes() == before
    assert load_model(kept).card == model.card
    assert len(list(kept.iterdir())) == 3
