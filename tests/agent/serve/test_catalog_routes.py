"""The catalog over HTTP: search, items, and pictures that nobody can reach by a path."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from langgraph_recommender.tools.catalog import Catalog, open_catalog
from PIL import Image


def test_search_by_words_and_conditions(guest: httpx.Client) -> None:
    found = guest.get("/api/catalog/search", params={"q": "lamp", "where": "price<=50", "k": 5}).json()
    assert found["fitting"] == 8
    assert found["items"][0]["item_id"].startswith("lamp")
    assert all(one["price"]["value"] <= 50 for one in found["items"])


@pytest.mark.parametrize(
    "asked",
    [
        {"where": "weight<5"},
        {"where": "price<"},
        {"where": "((((" * 200},
        {"k": 0},
        {"k": 1000},
        {"k": "many"},
        {"q": "x" * 1001},
        {"language": "fr"},
    ],
)
def test_a_wrong_search_is_told(guest: httpx.Client, asked: dict[str, str]) -> None:
    answer = guest.get("/api/catalog/search", params=asked)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert answer.json()["cure"]


def test_an_item(guest: httpx.Client) -> None:
    card = guest.get("/api/catalog/items/lamp-2").json()
    assert card["title"] == "Lumo lamp 2"
    assert {one["name"]: one["value"] for one in card["facets"]}["brand"] == "Lumo"
    assert guest.get("/api/catalog/items/lamp-99").json()["code"] == "unknown_item"


@pytest.fixture(scope="module")
def pictured(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Items whose pictures are there, missing, outside, no pictures, or linked to from inside."""
    outside = tmp_path_factory.mktemp("outside")
    Image.new("RGB", (8, 8), "red").save(outside / "secret.png")
    folder = tmp_path_factory.mktemp("pictured")
    Image.new("RGB", (8, 8), "blue").save(folder / "here.png")
    (folder / "page.png").write_text("<script>alert(1)</script>")
    (folder / "drawing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>")
    (folder / "link.png").symlink_to(outside / "secret.png")
    images = {
        "here": "here.png",
        "a/b": "here.png",
        "missing": "nowhere.png",
        "above": f"../{outside.name}/secret.png",
        "absolute": str(outside / "secret.png"),
        "url": (outside / "secret.png").as_uri(),
        "link": "link.png",
        "page": "page.png",
        "svg": "drawing.svg",
        "folder": ".",
        "remote": "https://shop.example/a.png",
        "none": "",
    }
    with (folder / "things.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "price", "image"])
        writer.writerows([name, f"The {name} thing", 5, image] for name, image in images.items())
    return open_catalog(str(folder / "things.csv"), home=folder)


@pytest.fixture
def gallery(pictured: Catalog, serving: Callable[..., str]) -> httpx.Client:
    return httpx.Client(base_url=serving(pictured))


def test_pictures_are_served_by_item_and_from_the_catalog_only(gallery: httpx.Client) -> None:
    shown = gallery.get("/api/catalog/items/here/picture")
    assert shown.status_code == 200
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["x-content-type-options"] == "nosniff"
    again = gallery.get("/api/catalog/items/here/picture", headers={"If-None-Match": shown.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for item in ("missing", "above", "absolute", "url", "link", "page", "svg", "folder", "remote", "none", "nobody"):
        answer = gallery.get(f"/api/catalog/items/{item}/picture")
        assert (item, answer.status_code) == (item, 404)
        assert "secret" not in answer.text


def test_the_card_says_where_its_picture_is(gallery: httpx.Client) -> None:
    card = gallery.get("/api/catalog/items/a%2Fb").json()
    assert gallery.get(card["picture"]).status_code == 200
    assert gallery.get("/api/catalog/items/remote").json()["picture"] == "https://shop.example/a.png"
    for item in ("missing", "above", "link", "page", "svg", "folder"):
        card = gallery.get(f"/api/catalog/items/{item}").raise_for_status().json()
        assert (item, card.get("picture")) == (item, None)


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%5c..%5cwin.ini", "%00", "here.png"]
)
def test_a_path_is_no_item(gallery: httpx.Client, path: str) -> None:
    host, port = gallery.base_url.host, gallery.base_url.port
    assert _raw(host, port or 80, f"/api/catalog/items/{path}/picture").startswith(b"HTTP/1.1 404")


def _raw(host: str, port: int, path: str) -> bytes:
    """The answer to a path that no client has tidied up."""
    import socket

    with socket.create_connection((host, port), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_what_ships_has_pictures(groceries: Catalog, serving: Callable[..., str]) -> None:
    assert Path(groceries.gallery.folder or "").is_dir()
    item = next(one for one in groceries.items() if one.image)
    with httpx.Client(base_url=serving(groceries)) as client:
        card = client.get(f"/api/catalog/items/{item.id}").json()
        assert client.get(card["picture"]).headers["content-type"] == "image/jpeg"
