"""Whatever a file holds, it becomes a picture or a refusal that names it and says what to do."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from langgraph_recommender.tools.catalog.pictures.locating import data_of
from langgraph_recommender.tools.catalog.pictures.reading import LONGEST_SIDE, MOST_BYTES, as_jpeg, read_picture
from langgraph_recommender.tools.errors import PictureError
from PIL import Image

Paint = Callable[..., bytes]


def saved(picture: Image.Image, kind: str = "PNG", **settings: object) -> bytes:
    held = io.BytesIO()
    picture.save(held, kind, **settings)
    return held.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_usual_formats(paint: Paint, kind: str) -> None:
    picture = read_picture(paint("red", kind))
    assert picture.shape == (30, 40, 3)
    assert picture.dtype == np.uint8
    assert np.abs(picture[15, 20].astype(int) - (220, 30, 30)).max() < 12


def test_one_pixel_and_a_long_strip(paint: Paint) -> None:
    assert read_picture(paint("blue", size=(1, 1))).shape == (1, 1, 3)
    assert read_picture(paint("blue", size=(5000, 2))).shape[1] == LONGEST_SIDE


def test_a_large_photograph_is_made_smaller(paint: Paint) -> None:
    assert max(read_picture(paint("green", "JPEG", size=(6000, 4000))).shape) <= LONGEST_SIDE


def test_modes_that_are_not_rgb() -> None:
    orange = (255, 128, 0)
    assert np.abs(read_picture(saved(Image.new("CMYK", (9, 9), (0, 127, 255, 0)), "JPEG"))[4, 4] - orange).max() < 40
    assert read_picture(saved(Image.new("L", (9, 9), 128)))[4, 4].tolist() == [128] * 3
    deep = Image.fromarray(np.full((9, 9), 32_768, dtype=np.uint16))
    assert abs(int(read_picture(saved(deep))[4, 4, 0]) - 128) <= 1
    assert read_picture(saved(Image.new("P", (9, 9), 0))).shape == (9, 9, 3)
    assert read_picture(saved(Image.new("1", (9, 9), 1)))[4, 4].tolist() == [255] * 3


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_see_through_becomes_white(mode: str) -> None:
    clear, settings = Image.new("RGBA", (9, 9), (0, 0, 0, 0)).convert(mode), {"transparency": 0} if mode == "P" else {}
    assert read_picture(saved(clear, **settings))[4, 4].tolist() == [255] * 3


def test_the_first_frame_of_an_animation() -> None:
    frames = [Image.new("RGB", (9, 9), colour) for colour in ((255, 0, 0), (0, 0, 255))]
    moving = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert read_picture(moving)[4, 4].tolist() == [255, 0, 0]


def test_upright_by_its_orientation() -> None:
    lying = Image.new("RGB", (40, 20), (255, 255, 255))
    lying.paste((255, 0, 0), (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = read_picture(saved(lying, "JPEG", exif=exif, quality=95))
    assert picture.shape == (40, 20, 3)
    assert picture[5, 10, 1] < 60 < picture[35, 10, 1]


def test_what_goes_to_a_model_says_nothing_of_where_it_was_taken(paint: Paint) -> None:
    exif = Image.Exif()
    exif[0x010E] = "at home"
    picture = read_picture(saved(Image.new("RGB", (9, 9)), "JPEG", exif=exif))
    import base64

    sent = base64.b64decode(as_jpeg(picture).partition(",")[2])
    assert b"at home" not in sent
    assert read_picture(sent).shape == (9, 9, 3)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"Dear customer,\nyour order", "a text, not a picture"),
        ("亲爱的顾客".encode(), "a text, not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), "HEIC"),
        (bytes(range(256)) * 4, "no picture"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "picture"),
        (png_header(40_000, 40_000), "pixels"),
        (png_header(12_000, 12_000), "pixels"),
        (png_header(50, 50), "damaged"),
    ],
    ids=["empty", "text", "chinese", "svg", "heic", "bytes", "jpeg start", "bomb", "large bomb", "cut png"],
)
def test_what_is_no_picture(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(content)
    with pytest.raises(PictureError, match=said) as refused:
        read_picture(path)
    assert str(path) in refused.value.message
    assert refused.value.cure


def test_a_truncated_photograph(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), dtype=np.uint8)
    whole = saved(Image.fromarray(noise), "JPEG")
    with pytest.raises(PictureError, match="damaged"):
        read_picture(whole[: len(whole) // 2])


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.jpg"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(PictureError, match=r"100\.0 MB"):
        read_picture(path)
    assert path.stat().st_size > MOST_BYTES


def test_missing_files_and_folders(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.png", tmp_path, tmp_path / ("x" * 300)):
        with pytest.raises(PictureError):
            read_picture(path)
    with pytest.raises(PictureError):
        read_picture("nul\0l.png")


def test_a_long_data_uri_must_be_base64() -> None:
    assert data_of("data:image/png,%41B") == b"AB"
    with pytest.raises(PictureError, match="Base64"):
        data_of("data:image/png," + "%41" * 400_000)
