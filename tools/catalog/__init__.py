"""Catalogs: loading, indexing in Chroma, and search."""
