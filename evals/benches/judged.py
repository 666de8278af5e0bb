"""Products that people graded for queries: the Icecat products of Chorus, and files of judgments beside them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from ...tools.catalog import Catalog, open_catalog
from ...tools.errors import CatalogError, SettingsError
from ...tools.items import CatalogSchema, Facet, FacetKind, FacetRole

FOLDER = "icecat_chorus"
SCHEMA = CatalogSchema(
    name=FOLDER,
    id="id",
    title="title",
    text=("short_description",),
    noun={"en": "product", "zh": "产品"},
    facets=(
        Facet(name="brand", column="supplier", kind=FacetKind.CATEGORICAL, role=FacetRole.BRAND),
        Facet(name="ean", kind=FacetKind.MULTI, role=FacetRole.IDENTIFIER, askable=False),
    ),
)
_KEPT = ("id", "title", "short_description", "supplier", "ean")


@dataclass(frozen=True, slots=True)
class Judgments:
    """What people graded: query -> product id -> grade from 0 to 3."""

    name: str
    grades: Mapping[str, Mapping[str, float]]

    @property
    def answerable(self) -> list[str]:
        """Queries for which some product has a grade above 0; the others measure nothing."""
        return [query for query, grades in self.grades.items() if any(grades.values())]


def judged_folder(data: Path | None) -> Path:
    """The folder of products and judgments. Raises SettingsError when there is none."""
    folder = next((one for one in ((data / FOLDER, data) if data else ()) if any(one.glob("judgments*.csv"))), None)
    if folder is None:
        where = f"{data} has no {FOLDER} with judgments*.csv" if data else "no folder of judged products is named"
        raise SettingsError(f"{where}.", cure=f"Pass --data DIR with DIR/{FOLDER}/judgments_dev.csv and its zips.")
    return folder


def open_products(folder: Path, home: Path) -> Catalog:
    """The products of all zips as a catalog, indexed below `home` the first time. Raises CatalogError."""
    rows = [{name: one[name] for name in _KEPT if name in one} for one in _products(folder)]
    if not rows:
        raise CatalogError(f"{folder} has no products.", cure="Put the *.json.zip files of the products there.")
    return open_catalog(rows, home=home, schema=SCHEMA)


def read_judgments(folder: Path) -> list[Judgments]:
    """Every file of judgments in the folder, with columns query, docid, rating. Raises CatalogError."""
    return [Judgments(path.stem, _grades(path)) for path in sorted(folder.glob("judgments*.csv"))]


def _grades(path: Path) -> dict[str, dict[str, float]]:
    grades: dict[str, dict[str, float]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                grades.setdefault(row["query"], {})[row["docid"]] = float(row["rating"])
            except (KeyError, TypeError, ValueError) as error:
                cure = "Each row has query, docid and a number as rating."
                raise CatalogError(f"{path}, row {number}: {error!r}.", cure=cure) from None
    return grades


def _products(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.json.zip")):
        try:
            with ZipFile(path) as archive:
                for name in archive.namelist():
                    if name.endswith(".json") and not name.startswith("__MACOSX"):
                        yield from json.loads(archive.read(name))
        except (BadZipFile, ValueError) as error:
            raise CatalogError(f"{path}: {error}.", cure="Copy the file again.") from None
