"""What goes over the wire: a message in; a turn, or the events of one, out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ...graphs.briefs import Question
from ...graphs.state import TurnResult
from ...tools.catalog.pictures.locating import is_data
from ...tools.items import FacetRole, FacetValue
from ...tools.normalize import well_formed

LONGEST_MESSAGE = 20_000
LONGEST_ID = 200
LONGEST_NAME = 256
"""Characters of a name that is not ours: a model's, or that of a person who has no key."""


def _whole(value: object) -> object:
    return well_formed(value) if isinstance(value, str) else value


def _a_picture(value: str | None) -> str | None:
    """Its content is looked at where a thread has the time to undo its Base64."""
    if value is not None and not is_data(value):
        raise ValueError("addresses are not fetched; send a data URI: data:image/jpeg;base64,...")
    return value


Text = Annotated[str, BeforeValidator(_whole)]
"""Text without lone surrogates, which no store could hold."""


class ChatInput(BaseModel):
    """One message of a conversation."""

    model_config = ConfigDict(extra="forbid")

    message: Text = Field(default="", max_length=LONGEST_MESSAGE)
    image: Annotated[str | None, AfterValidator(_a_picture)] = None
    """A picture that comes with the message, as a data URI; addresses are refused, never fetched."""
    thread_id: Text | None = Field(default=None, max_length=LONGEST_ID)
    """The conversation to go on with; a new one starts without, and its id comes back."""
    confirm: bool | None = None
    """The answer to a confirmation that the last output asked for; it comes without a message."""

    @model_validator(mode="after")
    def _one_of_both(self) -> ChatInput:
        if self.confirm is not None and (self.message.strip() or self.image):
            raise ValueError("`confirm` answers by itself: send a message, or `confirm`, not both in one request")
        return self


class Confirmation(BaseModel):
    """A tool that wants a yes first; `confirm` of the next `ChatInput` answers it."""

    message: str
    """The question, in the language of the person."""
    tool: str
    args: dict[str, Any] = Field(default_factory=dict)


class CardFacet(BaseModel):
    """A property of an item, as a card shows it."""

    name: str
    label: str
    """Its name in the language of the turn."""
    value: FacetValue
    unit: str = ""
    """Currency code, "year", "minutes", ...; empty when there is none."""
    role: FacetRole | None = None


class Card(BaseModel):
    """An item as a person looks at it. Its texts are plain: whoever shows them escapes them."""

    item_id: str
    title: str
    text: str = ""
    """The beginning of its description."""
    facets: list[CardFacet] = Field(default_factory=list)
    price: CardFacet | None = None
    picture: str | None = None
    """Path on this server, or the address that the catalog gives; None without a picture."""


class RecommendedCard(Card):
    """An item that is recommended, and why."""

    score: float
    """Probability among the candidates of this turn, 0 to 1."""
    reasons: list[str] = Field(default_factory=list)
    disclosures: list[str] = Field(default_factory=list)
    """What must be said of it, such as that it is sponsored."""


class ChatOutput(BaseModel):
    """The turn, or the confirmation that a tool waits for."""

    thread_id: str
    turn: TurnResult | None = None
    items: list[RecommendedCard] = Field(default_factory=list)
    """A card for each of `turn.recommendations`, in their order."""
    confirm: Confirmation | None = None


class Problem(BaseModel):
    """What went wrong (RFC 9457, `application/problem+json`)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    code: str
    """Short name of the problem, for programs."""
    cure: str = ""
    """What to do about it."""
    request_id: str = ""
    errors: list[dict[str, Any]] = Field(default_factory=list)
    """For a body that is wrong: where (`loc`) and why (`msg`)."""


class ThreadEvent(BaseModel):
    """First of a stream: the conversation that the turn belongs to."""

    event: Literal["thread"] = "thread"
    thread_id: str


class ToolEvent(BaseModel):
    """A tool has been called."""

    event: Literal["tool"] = "tool"
    name: str
    found: int | None = None
    """How many candidates a search brought."""


class ItemEvent(BaseModel):
    """One item of the list, before the words about it."""

    event: Literal["item"] = "item"
    item: RecommendedCard


class TokenEvent(BaseModel):
    """The next piece of the reply. What `turn.reply` says at the end holds, should a model have failed between."""

    event: Literal["token"] = "token"
    text: str


class QuestionEvent(BaseModel):
    """The question that the reply asks, with answers to choose from."""

    event: Literal["question"] = "question"
    question: Question


class TurnEvent(BaseModel):
    """Last of a stream: the whole turn."""

    event: Literal["turn"] = "turn"
    turn: TurnResult


class ConfirmEvent(BaseModel):
    """Last of a stream when a tool waits for a yes."""

    event: Literal["confirm"] = "confirm"
    confirm: Confirmation


class ErrorEvent(BaseModel):
    """Last of a stream that could not be ended. Its problem says what to do: see `cure`."""

    event: Literal["error"] = "error"
    problem: Problem


Event = ThreadEvent | ToolEvent | ItemEvent | TokenEvent | QuestionEvent | TurnEvent | ConfirmEvent | ErrorEvent
