"""Makes the catalogs that ship with the package from their sources.

    python -m langgraph_recommender.tools.catalog.embedded.build DATA

DATA holds one folder a source: goodbooks10k, dummyjson, wikipedia_movies, grocery_store_images, crosswoz_zh.
The same sources always give the same bytes.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

HERE = Path(__file__).parent
Row = Mapping[str, Any]
_SERIES = re.compile(r"^(?P<title>.*\S)\s*\((?P<series>[^()]*?),?\s+#(?P<part>[^();]*)(?:;[^()]*)?\)$")
_LANGUAGES = {
    "en": "English", "eng": "English", "en-US": "English", "en-GB": "English", "en-CA": "English", "ara": "Arabic",
    "fre": "French", "ind": "Indonesian", "spa": "Spanish", "ger": "German", "jpn": "Japanese", "per": "Persian",
    "por": "Portuguese", "pol": "Polish", "nor": "Norwegian", "dan": "Danish", "fil": "Filipino", "ita": "Italian",
    "nl": "Dutch", "vie": "Vietnamese", "tur": "Turkish", "swe": "Swedish", "rum": "Romanian", "rus": "Russian",
}  # fmt: skip
_MOVIE_GENRES = {"Sport": "Sports", "Suspense": "Thriller", "Animated": "Animation"}
_NOT_GENRES = {"Performance", "Live Action", "Found Footage"}
_NOT_PEOPLE = re.compile(r"^(?:[a-z]+|The|\W+|\[.*\]|X)$|^.{41,}$")
_LICENSES = {
    "books": "goodbooks10k/official",
    "movies": "wikipedia_movies",
    "products": "dummyjson",
    "groceries": "grocery_store_images",
    "restaurants_zh": "crosswoz_zh",
}
_STATION = re.compile(r"地铁站.*$")
_BRANDS = ("Alpro", "Arla", "Bravo", "Garant", "God Morgon", "Oatly", "Tropicana", "Valio", "Yoggi")
_DEPARTMENTS = {"Fruit": "fruit", "Vegetables": "vegetables", "Packages": "drinks and dairy"}


def books(data: Path) -> list[Row]:
    """goodbooks-10k: facts of books.csv, genres from the tags of book_metadata.csv."""
    genre_of = _inverted(yaml.safe_load((HERE / "books" / "genres.yaml").read_text(encoding="utf-8")))
    tags = {row["book_id"]: row["genres"].split(",") for row in _csv(data / "enriched_derived" / "book_metadata.csv")}
    return [_book(row, tags.get(row["book_id"], []), genre_of) for row in _csv(data / "official" / "books.csv")]


def _book(row: Row, tags: Sequence[str], genre_of: Mapping[str, str]) -> Row:
    series = _SERIES.match(row["title"])
    title, original = (series["title"] if series else row["title"]), row["original_title"].strip()
    genres = sorted({genre_of[tag] for tag in tags if tag in genre_of})
    year = row["original_publication_year"]
    return _present({
        "id": row["book_id"],
        "title": title,
        "original_title": original if original.casefold() != title.casefold() else "",
        "series": series["series"] if series else "",
        "part": series["part"].strip() if series else "",
        "authors": [name.strip() for name in row["authors"].split(",")][:5],
        "year": int(float(year)) if year else None,
        "language": _LANGUAGES.get(row["language_code"], ""),
        "genres": genres,
        "rating": float(row["average_rating"]),
        "ratings_count": int(row["ratings_count"]),
    })  # fmt: skip


def movies(data: Path) -> list[Row]:
    """Facts on American films. The id is the name of the encyclopedia page, or title and year."""
    rows = [json.loads(line) for line in (data / "facts_only_1970_2023.jsonl").read_text(encoding="utf-8").splitlines()]
    return _unique([_movie(row) for row in rows])


def _movie(row: Row) -> Row:
    page = unquote(row["href"] or "").split("#")[0]
    genres = [_MOVIE_GENRES.get(genre, genre) for genre in row["genres"] if genre not in _NOT_GENRES]
    cast = [name for name in row["cast"] if not _NOT_PEOPLE.match(name)]
    return _present({
        "id": page or f"{row['title']}_({row['year']})".replace(" ", "_"),
        "title": row["title"],
        "year": row["year"],
        "genres": list(dict.fromkeys(genres)),
        "cast": list(dict.fromkeys(cast)),
    })  # fmt: skip


def groceries(data: Path) -> list[Row]:
    """81 groceries with a picture; the department comes from the folder in classes.csv, the brand from the name."""
    paths = {row["Class Name (str)"]: row["Iconic Image Path (str)"] for row in _csv(data / "classes.csv")}
    rows = json.loads((data / "catalog.json").read_text(encoding="utf-8"))
    return [_grocery(row, paths[row["name"]].split("/")[2]) for row in rows]


def _grocery(row: Row, department: str) -> Row:
    title = row["name"].replace("-", " ")
    return _present({
        "id": row["name"],
        "title": title,
        "description": row["description_en"],
        "category": row["coarse_class"].replace("-", " "),
        "department": _DEPARTMENTS[department],
        "brand": next((brand for brand in _BRANDS if title.startswith(brand)), ""),
        "organic": "Ecological" in title,
        "image": f"images/{Path(row['iconic_image']).name}",
    })  # fmt: skip


def restaurants(data: Path) -> list[Any]:
    """CrossWOZ restaurants as [name, facts]; phone numbers and neighbouring businesses are left out."""
    pairs = json.loads((data / "database" / "restaurant_db.json").read_text(encoding="utf-8"))
    return [[name, _restaurant(facts)] for name, facts in pairs]


def _restaurant(facts: Row) -> Row:
    dishes = [dish for dish in facts["推荐菜"] if dish != "其他"]
    station = _STATION.sub("", facts["地铁"] or "")
    kept = {key: facts[key] for key in ("地址", "地铁", "营业时间", "人均消费", "评分", "周边景点")}
    return _present({**kept, "地铁站": station, "推荐菜": dishes})


def _inverted(tags_by_genre: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {tag: genre for genre, tags in tags_by_genre.items() for tag in tags}


def _present(row: Row) -> Row:
    return {key: value for key, value in row.items() if value not in (None, "", [])}


def _unique(rows: Iterable[Row]) -> list[Row]:
    """Later rows of one id with the same title are the same film; others get the year added."""
    kept: dict[str, Row] = {}
    for row in rows:
        first = kept.get(row["id"])
        if first is None:
            kept[row["id"]] = row
        elif (first["title"], first["year"]) != (row["title"], row["year"]):
            name = f"{row['title']}_({row['year']})".replace(" ", "_")
            kept.setdefault(name, {**row, "id": name})
    return list(kept.values())


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))


def _lines(rows: Iterable[Any]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _ratings(source: Path) -> str:
    """user,item,rating, one line a pair: the last rating counts."""
    latest = {(int(row["user_id"]), int(row["book_id"])): row["rating"] for row in _csv(source)}
    lines = [f"{user},{item},{rating}\n" for (user, item), rating in sorted(latest.items())]
    return "user,item,rating\n" + "".join(lines)


def main(data: Path, out: Path = HERE) -> dict[str, int]:
    """Writes every catalog below `out`; returns the number of rows of each."""
    rows: dict[str, Sequence[Any]] = {
        "books": books(data / "goodbooks10k"),
        "movies": movies(data / "wikipedia_movies"),
        "groceries": groceries(data / "grocery_store_images"),
        "restaurants_zh": restaurants(data / "crosswoz_zh"),
    }
    for name, found in rows.items():
        _write(out / name / "items.jsonl.gz", _lines(found))
    products = data / "dummyjson" / "products.json"
    (out / "products").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(products, out / "products" / "items.json")
    ratings = data / "goodbooks10k" / "ratings_random_subset" / "ratings_random.csv"
    _write(out / "books" / "interactions.csv.gz", _ratings(ratings))
    pictures = data / "grocery_store_images" / "iconic"
    shutil.copytree(pictures, out / "groceries" / "images", copy_function=shutil.copyfile, dirs_exist_ok=True)
    for name, source in _LICENSES.items():
        shutil.copyfile(data / source / "LICENSE", out / name / "LICENSE")
    return {"products": len(json.loads(products.read_bytes())), **{name: len(found) for name, found in rows.items()}}


if __name__ == "__main__":
    for name, rows in main(Path(sys.argv[1])).items():
        sys.stdout.write(f"{name}: {rows} rows\n")
