"""What `langgraph.json` names: the recommender for LangGraph Server, by the `RECOMMENDER_*` settings.

The server brings its own checkpointer and its own store; profiles live in that store. Where the server authenticates,
the authenticated user is whose profile is read and written, whatever a request's context says.
The catalog is opened when this module is imported, so that the server is ready when it says so.
"""

from __future__ import annotations

from functools import cache

from langgraph.store.base import BaseStore
from langgraph_sdk.runtime import ServerRuntime

from ..tools.catalog import named_catalogs, open_catalogs
from .configured import configured
from .recommender import Recommender
from .settings import Settings

_SETTINGS = Settings.read()
_CATALOG = open_catalogs(named_catalogs(_SETTINGS.catalog), home=_SETTINGS.home, store=_SETTINGS.catalog_store)


def graph(runtime: ServerRuntime) -> Recommender:
    """The recommender over the server's store; made once for each store."""
    return _over(runtime.store)


@cache
def _over(store: BaseStore) -> Recommender:
    return configured(_SETTINGS, _CATALOG, store=store, checkpointer=False)
