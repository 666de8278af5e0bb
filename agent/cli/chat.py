"""`recommender chat`: a conversation in the terminal, from a pipe, or in the arguments."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer
from langgraph.types import Command

from ...graphs.context import RecommenderContext
from ...graphs.policies import Policies
from ...graphs.state import TurnResult
from ...tools.normalize import well_formed
from ..configured import configured
from ..recommender import Recommender
from ..settings import Settings
from ..state.opening import open_storage
from .pictures import as_block, content_of, prepare_pictures
from .progress import open_with_bar
from .screen import Screen

chat_app = typer.Typer()


@chat_app.command("chat")
def chat(
    messages: Annotated[
        list[str] | None, typer.Argument(help="Turns of one conversation; none starts a dialogue.")
    ] = None,
    catalog: Annotated[
        list[str] | None, typer.Option(help="Embedded catalog, file or index directory; several when repeated.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="`offline`, or a name such as `openai:gpt-5-mini`.")] = None,
    base_url: Annotated[str | None, typer.Option(help="OpenAI-compatible server.")] = None,
    user: Annotated[str | None, typer.Option(help="Whose profile to use; nothing is remembered without.")] = None,
    thread: Annotated[str | None, typer.Option(help="Conversation to go on with.")] = None,
    policies: Annotated[Path | None, typer.Option(help="YAML file with the rules of the house.")] = None,
    image: Annotated[Path | None, typer.Option("--image", help="Picture that the first message comes with.")] = None,
    age: Annotated[int | None, typer.Option(help="Age of the person in years.", min=0, max=150)] = None,
    economy: Annotated[bool, typer.Option("--economy", help="At most one model call per turn.")] = False,
    temperature: Annotated[float, typer.Option(help="0 sorts, above 0 samples.", min=0.0)] = 0.0,
    correct: Annotated[
        list[str] | None,
        typer.Option(help="Correct lists for diversity=0.2, popularity, calibration, exposure; repeatable."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per turn.")] = False,
) -> None:
    """Talk to the recommender. Reads turns from standard input when it is not a terminal."""
    settings = Settings.read().replaced(base_url=base_url, correct=",".join(correct or ()))
    context = RecommenderContext(user_id=user, age=age, economy=economy or settings.economy)
    rules = Policies.load(policies) if policies else None
    block = as_block(image) if image else None
    with ExitStack() as stack:
        storage = stack.enter_context(open_storage(settings))
        opened = stack.enter_context(closing(open_with_bar(catalog, settings, quiet=as_json)))
        if block:
            prepare_pictures(opened, quiet=as_json)
        recommender = configured(
            settings,
            opened,
            store=storage.store if user else None,
            checkpointer=storage.checkpointer,
            model=model,
            policies=rules,
            temperature=temperature,
            warm=not messages and sys.stdin.isatty(),
        )
        screen = Screen(opened, as_json=as_json)
        screen.welcome()
        turns = _turns(messages, screen)
        sent = chain([""], turns) if block and not messages else turns
        _converse(recommender, sent, screen, thread or uuid4().hex, context, block)


def _turns(messages: list[str] | None, screen: Screen) -> Iterator[str]:
    if messages:
        yield from map(well_formed, messages)
    elif sys.stdin.isatty():
        yield from screen.prompts()
    else:
        if isinstance(sys.stdin, TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")
        yield from (well_formed(line.rstrip("\r\n")) for line in sys.stdin)


def _converse(
    recommender: Recommender,
    turns: Iterator[str],
    screen: Screen,
    thread: str,
    context: RecommenderContext,
    block: dict[str, Any] | None,
) -> None:
    config: Any = {"configurable": {"thread_id": thread}}
    waiting = bool(recommender.get_state(config).interrupts)
    for text in turns:
        sent: Any = Command(resume=text) if waiting else {"messages": [("user", content_of(text, block))]}
        block = None
        result = recommender.invoke(sent, config, context=context)
        pending = result.get("__interrupt__", ())
        waiting = bool(pending)
        if waiting:
            screen.confirm(pending[0].value)
        else:
            screen.show(text, TurnResult.model_validate(result["turn"]))
