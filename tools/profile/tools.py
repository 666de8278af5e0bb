"""LangChain tools over profile memory: recall, remember, record, forget, export."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from langchain_core.tools import BaseTool, InjectedToolArg
from langgraph.prebuilt import ToolRuntime
from pydantic import BaseModel, Field

from ..calling import OUTSIDE, as_tool, call_key, user_of
from ..catalog import Catalog
from ..catalog.tools import known_facet, to_json
from ..constraints import parse_filter
from ..constraints.values import canonical_value
from ..errors import ToolInputError
from ..items import CatalogSchema
from .describe import describe, describe_one
from .memory import ProfileMemory
from .model import FeedbackKind, ItemEvent, LastingConstraint, Preference, UserProfile

NOBODY = "There is no memory: nobody is signed in. Nothing was stored, and nothing is known."


class NoArguments(BaseModel):
    """Nothing for the model to fill in. LangChain drops the runtime of a tool whose schema has no field at all."""

    runtime: Annotated[Any, InjectedToolArg] = Field(None, exclude=True)


class PreferenceArguments(BaseModel):
    """Arguments of remember_preference."""

    value: str = Field("", description="What is liked or disliked: a value of the facet, or a topic.")
    facet: str = Field("", description="Key of the facet that the value belongs to; empty for a topic.")
    weight: float = Field(1.0, ge=-1, le=1, description="1 loves it, 0.5 likes it, -0.5 dislikes it, -1 hates it.")
    always: str = Field("", description="A filter to hold in every recommendation: `price<=500`, `genres != horror`.")
    evidence: str = Field("", description="The person's own words.")


class FeedbackArguments(BaseModel):
    """Arguments of record_feedback."""

    item_id: str = Field(description="Id of the item, as a search returned it.")
    kind: FeedbackKind = Field(description="seen: read, watched or owned already; chosen: bought, booked or taken.")
    reason: str = Field("", description="Why, in the person's own words.")


class ForgetArguments(BaseModel):
    """Arguments of forget_statement."""

    target: str = Field(
        min_length=1, description="What to forget, in the person's words: a topic, a title, `my budget`."
    )


@dataclass(frozen=True)
class ProfileTools:
    """The tools as methods. `user_id` fixes the person; without it the graph's context says who is asking.

    Without a memory or a user id every tool answers that there is none, and stores nothing. `clock` gives a time with
    its zone.
    """

    catalog: Catalog
    memory: ProfileMemory | None
    user_id: str | None
    clock: Callable[[], datetime]

    def all(self) -> list[BaseTool]:
        """Six tools."""
        return [
            as_tool(self.recall_profile, NoArguments, "What is remembered of the person, in sentences."),
            as_tool(self.remember_preference, PreferenceArguments, "Remembers a lasting preference of the person."),
            as_tool(self.record_feedback, FeedbackArguments, "Remembers what the person says of one item."),
            as_tool(self.forget_statement, ForgetArguments, "Forgets one thing that the person wants forgotten."),
            as_tool(self.forget_everything, NoArguments, "Erases all that is remembered of the person."),
            as_tool(
                self.export_profile, NoArguments, "All that is remembered of the person, as data, for them to keep."
            ),
        ]

    def recall_profile(self, runtime: ToolRuntime = OUTSIDE) -> str:
        """Sentences, with the ids of the items behind them."""
        profile = self.profile(runtime)
        if profile is None:
            return NOBODY
        kinds = (FeedbackKind.LIKE, FeedbackKind.DISLIKE)
        items = {kind.value: profile.items(kind, self.catalog.name) for kind in kinds}
        known = describe(profile, self._schemas, profile.language or "en")
        return to_json({"remembered": known, **items, "consumed": profile.consumed(self.catalog.name)})

    def remember_preference(
        self,
        value: str = "",
        facet: str = "",
        weight: float = 1.0,
        always: str = "",
        evidence: str = "",
        runtime: ToolRuntime = OUTSIDE,
    ) -> str:
        """A preference, lasting constraints, or both."""
        statements = [*self._preference(value, facet, weight, evidence), *self._lasting(always, evidence)]
        if not statements:
            raise ToolInputError("There is nothing to remember.", cure="Give a value, or a filter in `always`.")
        found = self._signed_in(runtime)
        if found is None:
            return NOBODY
        memory, user = found
        key = call_key(runtime, self.clock().isoformat())
        memory.add(user, {f"{key}:{number}": one for number, one in enumerate(statements)})
        return to_json({"remembered": [describe_one(one, self._schemas, "en") for one in statements]})

    def record_feedback(
        self, item_id: str, kind: FeedbackKind, reason: str = "", runtime: ToolRuntime = OUTSIDE
    ) -> str:
        """One event on one item of the catalog."""
        item, now = self.catalog.item(item_id), self.clock()
        found = self._signed_in(runtime)
        if found is None:
            return NOBODY
        memory, user = found
        event = ItemEvent(
            item_id=item_id, catalog=self.catalog.name, kind=kind, time=now, reason=reason, title=item.title
        )
        memory.record(user, event, key=call_key(runtime, now.isoformat()))
        return to_json({"recorded": describe_one(event, self._schemas, "en")})

    def forget_statement(self, target: str, runtime: ToolRuntime = OUTSIDE) -> str:
        """Says what was forgotten; an empty list when nothing matched."""
        found = self._signed_in(runtime)
        return to_json({"forgotten": found[0].forget(found[1], target, schemas=self._schemas)}) if found else NOBODY

    def forget_everything(self, runtime: ToolRuntime = OUTSIDE) -> str:
        """Says how many statements and events were erased."""
        found = self._signed_in(runtime)
        return to_json({"erased": found[0].forget_all(found[1])}) if found else NOBODY

    def export_profile(self, runtime: ToolRuntime = OUTSIDE) -> str:
        """The whole profile as JSON."""
        found = self._signed_in(runtime)
        return to_json(found[0].export(found[1])) if found else NOBODY

    def profile(self, runtime: ToolRuntime | None) -> UserProfile | None:
        """The profile of the person asking; None when nobody is signed in."""
        found = self._signed_in(runtime)
        return found[0].load(found[1]) if found else None

    @property
    def _schemas(self) -> dict[str, CatalogSchema]:
        return {self.catalog.name: self.catalog.schema}

    def _signed_in(self, runtime: ToolRuntime | None) -> tuple[ProfileMemory, str] | None:
        user = user_of(self.user_id, runtime)
        return (self.memory, user) if self.memory is not None and user else None

    def _preference(self, value: str, facet: str, weight: float, evidence: str) -> list[Preference]:
        if not value.strip():
            return []
        known = known_facet(self.catalog.schema, facet) if facet else None
        return [
            Preference(
                facet=facet,
                value=canonical_value(known, value) if known else value,
                weight=weight,
                evidence=evidence,
                time=self.clock(),
                catalog=self.catalog.name if known else "",
            )
        ]

    def _lasting(self, always: str, evidence: str) -> list[LastingConstraint]:
        name, now = self.catalog.name, self.clock()
        constraints = parse_filter(always, self.catalog.schema)
        return [LastingConstraint(constraint=one, catalog=name, evidence=evidence, time=now) for one in constraints]
