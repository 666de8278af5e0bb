"""Catalogs that ship with the package, each in a folder with its schema and its licence."""
