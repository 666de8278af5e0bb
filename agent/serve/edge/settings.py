"""Settings of the edge, from arguments or from `RECOMMENDER_*` environment variables."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from ...environment import EnvironmentSettings, words

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+", re.ASCII)
_SCHEMES = ("https:", "http:")
_HEADER = re.compile(r"[A-Za-z0-9-]+", re.ASCII)


class EdgeSettings(EnvironmentSettings):
    """What a server lets through, how fast, and what it writes down."""

    keys: Path | None = None
    """YAML or JSON file of API keys; everybody is a guest with a cookie of their own when not given."""
    user_header: str = "X-User-Id"
    """Header in which a key that speaks for several users names one; Open WebUI sends `X-OpenWebUI-User-Id`."""
    cors_origins: str = ""
    """Web pages of other origins that may call, with commas between: `https://shop.example`. None by default."""
    image_sources: str = "https:"
    """Origins from which the page may load pictures of items, with commas between; none beside its own when empty."""
    trusted_proxies: str = ""
    """Networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed: `10.0.0.0/8`. None by default."""
    per_minute: int = Field(default=300, ge=0)
    """Requests a minute of a key or guest, pictures aside; 0 is no limit. A key may have its own in the keys file."""
    burst: int = Field(default=60, ge=1)
    """Requests that a key or guest may send at once."""
    address_per_minute: int = Field(default=3_000, ge=0)
    """Requests a minute of one address (IPv6: one /64 network), whatever its keys; 0 is no limit."""
    address_burst: int = Field(default=300, ge=1)
    """Requests that one address may send at once."""
    max_connections: int = Field(default=800, ge=1)
    """Open connections of one process; a further one is answered with 503. Keep it below `ulimit -n`."""
    max_body_bytes: int = Field(default=24_000_000, ge=1_000)
    """Size of a request; a picture of 16 MB is 22 MB in Base64."""
    max_message_chars: int = Field(default=20_000, ge=1, le=20_000)
    """Characters of one message."""
    max_history: int = Field(default=1_000, ge=1)
    """Messages that a client may send along as the history of a conversation."""
    max_images: int = Field(default=4, ge=0)
    """Pictures in one request."""
    max_image_bytes: int = Field(default=16_000_000, ge=1)
    """Size of one picture."""
    max_image_pixels: int = Field(default=40_000_000, ge=1)
    """Width times height of one picture, read from its head before anything is decoded."""
    head_timeout_s: float = Field(default=10.0, gt=0)
    """Seconds within which the head of a request must come, on a connection that is open."""
    body_timeout_s: float = Field(default=30.0, gt=0)
    """Seconds within which the body of a request must come."""
    answer_timeout_s: float = Field(default=120.0, gt=0)
    """Seconds within which an answer must begin."""
    stall_timeout_s: float = Field(default=30.0, gt=0)
    """Seconds that a client may leave an answer unread; then its connection is cut."""
    shutdown_timeout_s: float = Field(default=30.0, ge=0)
    """Seconds that turns in flight may take to end when the server is asked to stop."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """`info` writes a line of JSON for each request, on standard error."""
    log_content: bool = False
    """Whether what people write and are answered is logged as well; never by default."""
    otlp_endpoint: str | None = Field(default=None, pattern=r"^https?://\S+$")
    """URL of an OpenTelemetry collector that takes traces (OTLP over HTTP): `http://localhost:4318/v1/traces`."""

    @field_validator("cors_origins", "image_sources")
    @classmethod
    def _origins(cls, listed: str, of: ValidationInfo) -> str:
        for one in words(listed):
            if not _ORIGIN.fullmatch(one) and not (of.field_name == "image_sources" and one in _SCHEMES):
                raise ValueError(f"{one!r} is no origin such as https://shop.example")
        return listed

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, listed: str) -> str:
        for one in words(listed):
            ip_network(one)
        return listed

    @field_validator("user_header")
    @classmethod
    def _header(cls, name: str) -> str:
        if not _HEADER.fullmatch(name):
            raise ValueError("no name of a header")
        return name
