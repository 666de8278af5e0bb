"""The files of the page and the facts that it opens with, without a browser."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from langgraph_recommender.agent.serve.web.files import FOLDER, page_files
from langgraph_recommender.tools.catalog import open_catalog


def test_every_file_of_the_page_is_served_with_its_type(guest: httpx.Client) -> None:
    for name, file in page_files().items():
        answer = guest.get(f"/static/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == file.media_type
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert {one.name for one in FOLDER.iterdir()} == set(page_files())


def test_a_browser_that_has_a_file_is_not_sent_it_again(guest: httpx.Client) -> None:
    tag = guest.get("/").headers["etag"]
    again = guest.get("/", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["nothing.js", "..%2Froutes.py", "%2e%2e/%2e%2e/app.py", "page%2Fapp.js", "%00"])
def test_nothing_but_the_files_of_the_page_is_served(guest: httpx.Client, name: str) -> None:
    assert guest.get(f"/static/{name}").status_code == 404


def test_the_facts_say_what_the_catalog_holds(guest: httpx.Client) -> None:
    facts = guest.get("/api/page").json()
    assert facts["items"] == 20
    assert facts["price"]["amount"] == 75
    assert set(facts["kinds"]["en"]) <= {"lamps", "kettles", "chairs", "clocks"}
    assert len(facts["kinds"]["en"]) == 3
    assert facts["pictures"] is False


def test_the_facts_are_those_of_the_catalog_as_it_is_now(tmp_path: Path, serving) -> None:
    (tmp_path / "shop.csv").write_text("id,title,price\n1,Lamp,10\n2,Lamp too,20\n3,Lamp again,30\n", "utf-8")
    catalog = open_catalog(str(tmp_path / "shop.csv"), home=tmp_path)
    url = serving(catalog)

    def told() -> tuple[int, float]:
        facts = httpx.get(f"{url}/api/page").json()
        return facts["items"], facts["price"]["amount"]

    assert [told(), told()] == [(3, 20), (3, 20)]
    catalog.delete(["1"])
    assert [told(), told()] == [(2, 25), (2, 25)]


def test_with_keys_the_page_opens_and_its_facts_do_not(keyed_url: str, ada: httpx.Client) -> None:
    assert httpx.get(f"{keyed_url}/").status_code == 200
    assert httpx.get(f"{keyed_url}/static/app.js").status_code == 200
    assert httpx.get(f"{keyed_url}/api/page").status_code == 401
    assert ada.get("/api/page").status_code == 200
