"""Where spans go: a collector that takes OTLP over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from .....tools.errors import SettingsError
from .attributes import SCHEMA_URL

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Tracer

SERVICE = "langgraph-recommender"


@dataclass(frozen=True, slots=True)
class Tracing:
    """Makes spans; they are sent in the background."""

    provider: TracerProvider

    @property
    def tracer(self) -> Tracer:
        """Ours, with the version of the conventions that it follows."""
        return self.provider.get_tracer(SERVICE, version(SERVICE), schema_url=SCHEMA_URL)

    def close(self) -> None:
        """Sends what is left; blocks until it is sent or given up."""
        self.provider.shutdown()


def open_tracing(endpoint: str) -> Tracing:
    """Spans for the collector at a URL. Raises SettingsError when the extra `telemetry` is not installed.

    Headers, timeouts and certificates of the exporter are those of the `OTEL_EXPORTER_OTLP_*` variables.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    except ImportError as error:
        raise SettingsError(
            "RECOMMENDER_OTLP_ENDPOINT needs more packages.", cure="pip install 'langgraph-recommender[telemetry]'"
        ) from error
    return tracing_to(OTLPSpanExporter(endpoint=endpoint))


def tracing_to(exporter: SpanExporter) -> Tracing:
    """Spans for any exporter."""
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    about = Resource.create({"service.name": SERVICE, "service.version": version(SERVICE)})
    provider = TracerProvider(resource=about)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return Tracing(provider)
