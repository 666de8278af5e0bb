"""The files of the page, read once: what is served is what is in the folder, and no path is ever made of a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parent / "page"
INDEX = "index.html"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file and what a browser is told of it."""

    content: bytes
    media_type: str
    tag: str
    """Strong entity tag: the file's hash, in quotes."""


def page_files() -> Mapping[str, PageFile]:
    """Every file of the page by its name."""
    return {one.name: _read(one) for one in FOLDER.iterdir() if one.suffix in _TYPES}


def _read(path: Path) -> PageFile:
    content = path.read_bytes()
    return PageFile(content, _TYPES[path.suffix], f'"{sha256(content).hexdigest()[:32]}"')
