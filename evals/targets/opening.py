"""Which target an evaluation is of, as text: our graph, an object of a module, or an address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from ...agent.settings import Settings
from ...tools.catalog import Catalog
from ...tools.errors import SettingsError
from ..facts import CatalogFacts
from .target import Target

GRAPH = "graph"
USUAL_SHOTS: int = Settings.model_fields["shots"].default
_CHAT = "openai:"


@dataclass(frozen=True, slots=True)
class TargetSpec:
    """What `recommender eval` is to talk to; JSON values, so that another process can open the same."""

    target: str = GRAPH
    """`graph` for our own, `module:object`, the URL of a LangServe runnable, or `openai:MODEL`."""
    model: str = "offline"
    """Of our own graph."""
    base_url: str | None = None
    """Of the OpenAI-compatible server that the model, or `openai:MODEL`, is at."""
    headers: dict[str, str] = field(default_factory=dict)
    """Sent with every request; not written down anywhere."""
    timeout_s: float = 120.0
    """For one turn."""
    shots: int = USUAL_SHOTS
    """How many examples our own graph shows a hosted model; 0 is zero-shot."""

    @property
    def is_remote(self) -> bool:
        """Whether the agent computes somewhere else, so that waiting is all there is to do here."""
        return self.target.startswith(("http://", "https://", _CHAT))

    def to_data(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)


def open_target(spec: TargetSpec, catalogs: Callable[[str], Catalog], facts: Callable[[str], CatalogFacts]) -> Target:
    """The target of that description. `catalogs` and `facts` give a catalog of a name.

    Raises:
        SettingsError: it is none of the four, or the object cannot be loaded.
    """
    if spec.target == GRAPH:
        from .graph_target import GraphTarget  # noqa: PLC0415

        return GraphTarget(catalogs, spec.model, spec.base_url, shots=spec.shots)
    if spec.target.startswith(_CHAT):
        from .openai_target import OpenAITarget  # noqa: PLC0415

        return OpenAITarget(spec.target.removeprefix(_CHAT), spec.base_url, spec.headers, spec.timeout_s, facts)
    if spec.is_remote:
        from .langserve_target import LangServeTarget  # noqa: PLC0415

        return LangServeTarget(spec.target, spec.headers, spec.timeout_s, facts)
    if ":" in spec.target:
        from .runnable_target import RunnableTarget, load_object  # noqa: PLC0415

        return RunnableTarget(load_object(spec.target), facts)
    raise SettingsError(
        f"no target {spec.target!r}.",
        cure="Give `graph`, `module:object`, the URL of a LangServe runnable or `openai:MODEL`.",
    )
