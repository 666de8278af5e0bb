"""A shop written in each of the published formats, as the specifications have them."""

from __future__ import annotations

from collections.abc import Callable

from .feed_writers import (
    Shop,
    agentic_commerce,
    google_atom,
    google_chinese,
    google_rss,
    google_spaces,
    google_tsv,
    openai_csv,
    openai_jsonl,
)
from .store_writers import linked_data, linked_page, shopify_csv, shopify_json, shopify_new_csv

Writer = Callable[[Shop, str], str]
"""Writes a shop with its prices in a currency."""

WRITERS: dict[str, Writer] = {
    "google.tsv": google_tsv,
    "google_spaces.txt": google_spaces,
    "google_chinese.tsv": google_chinese,
    "google_rss.xml": google_rss,
    "google_atom.xml": google_atom,
    "openai.jsonl": openai_jsonl,
    "openai.csv": openai_csv,
    "agentic.jsonl": agentic_commerce,
    "shopify.csv": shopify_csv,
    "shopify_new.csv": shopify_new_csv,
    "shopify.json": shopify_json,
    "linked.jsonld": linked_data,
    "linked.html": linked_page,
}
