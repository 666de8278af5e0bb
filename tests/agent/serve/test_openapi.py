"""What /openapi.json promises holds: whatever is generated from it, no route answers with a server error."""

from __future__ import annotations

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

FEW = settings(
    max_examples=4,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_route_breaks(shop_url: str, mode: GenerationMode) -> None:
    """Cases that the description allows, and cases that it does not."""
    described = schemathesis.openapi.from_url(f"{shop_url}/openapi.json").exclude(path_regex="^/recommender")
    for found in described.get_all_operations():
        operation = found.ok()

        @FEW
        @given(case=operation.as_strategy(mode))
        def holds(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=CHECKS)

        if mode is GenerationMode.POSITIVE or operation.body or operation.query:
            holds()


def test_every_route_of_the_core_is_described(guest: httpx.Client) -> None:
    described = guest.get("/openapi.json").json()
    for path, methods in described["paths"].items():
        if not path.startswith("/api"):
            continue
        for told in methods.values():
            assert told["description"]
            assert "application/problem+json" in told["responses"]["default"]["content"], path
