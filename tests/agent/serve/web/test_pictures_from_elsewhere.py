"""Pictures of items that lie on other servers: loaded from where the policy allows, and from nowhere else."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from langgraph_recommender.agent.serve.edge.settings import EdgeSettings
from langgraph_recommender.tools.catalog import Catalog, open_catalog

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
ITEM = "[data-item={}] .cover"
LOADED = f"document.querySelector('{ITEM} img')?.naturalWidth > 0"
DRAWN = f"document.querySelector('{ITEM} svg') !== null"


class Pictures(ThreadingHTTPServer):
    """A server of pictures that remembers who asked for what."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        super().__init__(("127.0.0.1", 0), _Answer)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Pictures

    def do_GET(self) -> None:
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        there = self.path != "/gone.png"
        self.send_response(200 if there else 404)
        self.send_header("content-type", "image/png")
        self.end_headers()
        self.wfile.write(PIXEL if there else b"")

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def pictures() -> Iterator[Pictures]:
    with Pictures() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def allowed() -> Iterator[Pictures]:
    with pictures() as server:
        yield server


@pytest.fixture
def other() -> Iterator[Pictures]:
    with pictures() as server:
        yield server


@pytest.fixture
def gallery(allowed: Pictures, other: Pictures, tmp_path: Path) -> Catalog:
    """Lamps whose pictures lie here and there, and one whose address only begins like the right one."""
    addresses = {
        "there": f"{allowed.url}/there.png",
        "gone": f"{allowed.url}/gone.png",
        "elsewhere": f"{other.url}/elsewhere.png",
        "alike": f"{allowed.url}@127.0.0.1:{other.server_port}/alike.png",
    }
    rows = [f"{name},Lamp {name},lamps,{20 + place},{image}" for place, (name, image) in enumerate(addresses.items())]
    (tmp_path / "lamps.csv").write_text("\n".join(["id,title,category,price,image", *rows]), "utf-8")
    return open_catalog(str(tmp_path / "lamps.csv"), home=tmp_path)


def test_pictures_come_from_where_the_policy_allows(
    new_page, gallery: Catalog, allowed: Pictures, other: Pictures, serving
) -> None:
    url = serving(gallery, EdgeSettings(per_minute=0, address_per_minute=0, image_sources=allowed.url))
    page = new_page(url.replace("127.0.0.1", "localhost"))
    page.expected = ("404",)
    page.say("a lamp")
    assert page.count(".card") == 4
    page.wait(LOADED.format("there"))
    for name in ("gone", "elsewhere", "alike"):
        page.wait(DRAWN.format(name))
    assert ("image", "Picture of Lamp there") in page.named()
    assert {path for path, _ in allowed.asked} == {"/there.png", "/gone.png"}
    assert other.asked == []
    assert {"cookie", "referer", "authorization"} & {name for _, headers in allowed.asked for name in headers} == set()


def test_pictures_over_http_are_drawn_unless_they_are_allowed(
    new_page, gallery: Catalog, allowed: Pictures, serving
) -> None:
    page = new_page(serving(gallery))
    page.say("a lamp")
    assert page.js("[...document.querySelectorAll('.cover')].every((one) => one.querySelector('svg'))")
    assert allowed.asked == []


def test_what_the_page_does_not_know_the_policy_refuses(
    new_page, gallery: Catalog, allowed: Pictures, other: Pictures, serving
) -> None:
    """The browser itself holds the line, whatever a script asks for."""
    url = serving(gallery, EdgeSettings(per_minute=0, address_per_minute=0, image_sources=allowed.url))
    page = new_page(url)
    page.expected = ("Content Security Policy",)
    load = (
        "new Promise((settle) => {{ const one = new Image(); one.onload = () => settle('loaded');"
        " one.onerror = () => settle('refused'); one.src = '{}'; }})"
    )
    assert page.js(load.format(f"{allowed.url}/there.png")) == "loaded"
    assert page.js(load.format(f"{other.url}/elsewhere.png")) == "refused"
    assert other.asked == []
