"""Serving over HTTP: one FastAPI app, with LangServe as a thin adapter."""
