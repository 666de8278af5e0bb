"""The format of a suite: conversations, their turns, and what must hold after each.

    suite: shopping
    catalog: products
    language: en
    conversations:
      - name: a laptop on a budget
        turns:
          - say: i need a laptop, max 1500 dollars
            expect:
              intent: recommend
              constraints_include: price <= 1500
              shown: {satisfy: category = laptops, at_least: 1}
          - say: not the second one
            expect:
              shown: {exclude: "{shown 2}"}

`{shown 2}` is the title of the second item of the newest list the person saw, `{shown 2 price}` its price,
`{turn 1 item 2}` the second item of the list that answered turn 1.
"""

from __future__ import annotations

from collections import Counter
from typing import Self

from pydantic import ConfigDict, model_validator

from ...tools.items import Language
from .conversation import Conversation
from .fields import Catalogs, Spec, Texts
from .simulation import Simulation


class SuiteSpec(Spec):
    """One suite file."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["conversations"]}, {"required": ["simulations"]}]}
    )

    suite: str
    """What the suite is called."""
    about: str = ""
    """What the suite is for."""
    catalog: Catalogs = ""
    """Of the conversations that name none: an embedded one, a file, or an index directory."""
    language: Language = "en"
    """Of the conversations that name none."""
    tags: Texts = ()
    """Words that all conversations of the suite can be chosen by."""
    conversations: tuple[Conversation, ...] = ()
    """Scripted conversations."""
    simulations: tuple[Simulation, ...] = ()
    """Simulated people."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        settings = (*self.conversations, *self.simulations)
        if not settings:
            raise ValueError("no conversations; write some below `conversations:` or `simulations:`")
        twice = next((name for name, times in Counter(one.name for one in settings).items() if times > 1), None)
        if twice:
            raise ValueError(f"two conversations are called {twice!r}")
        homeless = next((one.name for one in settings if not (one.catalog or self.catalog)), None)
        if homeless:
            raise ValueError(f"conversation {homeless!r} has no catalog, and the suite names none")
        return self
