"""Names of the OpenTelemetry semantic conventions that spans use, pinned.

Version 1.41.1 is the last release of the conventions that holds those of generative AI; what became of them since is
in development and has no release. https://github.com/open-telemetry/semantic-conventions/tree/v1.41.1/docs/gen-ai
"""

from __future__ import annotations

VERSION = "1.41.1"
SCHEMA_URL = f"https://opentelemetry.io/schemas/{VERSION}"

OPERATION = "gen_ai.operation.name"
PROVIDER = "gen_ai.provider.name"
AGENT = "gen_ai.agent.name"
AGENT_VERSION = "gen_ai.agent.version"
CONVERSATION = "gen_ai.conversation.id"
REQUEST_MODEL = "gen_ai.request.model"
REQUEST_TEMPERATURE = "gen_ai.request.temperature"
REQUEST_MAX_TOKENS = "gen_ai.request.max_tokens"
RESPONSE_MODEL = "gen_ai.response.model"
RESPONSE_ID = "gen_ai.response.id"
FINISH_REASONS = "gen_ai.response.finish_reasons"
INPUT_TOKENS = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
TOOL = "gen_ai.tool.name"
TOOL_TYPE = "gen_ai.tool.type"
TOOL_CALL = "gen_ai.tool.call.id"

PROVIDERS = {
    "azure": "azure.ai.openai",
    "bedrock": "aws.bedrock",
    "google_genai": "gcp.gemini",
    "google_vertexai": "gcp.vertex_ai",
    "mistralai": "mistral_ai",
    "xai": "x_ai",
}
"""What the conventions call those whom LangChain calls otherwise."""

ERROR_TYPE = "error.type"
METHOD = "http.request.method"
ROUTE = "http.route"
STATUS = "http.response.status_code"
SCHEME = "url.scheme"

REQUEST_ID = "recommender.request_id"
"""Ours: what `X-Request-Id` says."""
OUTCOME = "recommender.outcome"
"""Ours: `TurnResult.outcome`."""
INTENT = "recommender.intent"
RECOMMENDED = "recommender.recommendations"
"""Ours: how many items."""
DEGRADED = "recommender.degraded"
"""Ours: the steps that the offline model took over."""
