"""Runs scripted conversations against a target and says what did not hold."""

from __future__ import annotations

from ..checks import (
    Failure,
    Moment,
    NotShown,
    check_end,
    check_turn,
    not_judged,
    not_judged_at_end,
    remarks,
    remarks_at_end,
    spell,
)
from ..facts import CatalogFacts
from ..outcome import Outcome, TurnOutcome
from ..suite import Conversation, Expectation, ProfileFacts, Turn
from ..targets import Observed, Session, Target, UnsupportedError
from ..targets.raised import described


def run_conversation(
    conversation: Conversation, target: Target, facts: CatalogFacts, *, file: str = "", line: int = 1
) -> Outcome:
    """Says every turn and checks it. A turn that cannot be said, or a target that raises, ends the conversation."""
    session, turns = target.open(conversation), list[TurnOutcome]()
    for turn in conversation.turns:
        earlier = tuple(one.observed for one in turns if one.observed)
        before = tuple(one.said for one in turns)
        turns.append(_run_turn(turn, session, earlier, before, conversation, facts))
        if turns[-1].observed is None:
            break
    observed = tuple(one.observed for one in turns if one.observed)
    return Outcome(
        suite=file,
        line=line,
        name=conversation.name,
        catalog=conversation.catalog,
        language=conversation.language or "en",
        planned=len(conversation.turns),
        turns=tuple(turns),
        at_end=tuple(check_end(conversation.at_end, observed, facts)),
        skipped_at_end=not_judged_at_end(conversation.at_end, observed),
        remarks_at_end=tuple(remarks_at_end(conversation.at_end, observed, facts)),
        tags=conversation.tags,
    )


def _run_turn(
    turn: Turn,
    session: Session,
    earlier: tuple[Observed, ...],
    before: tuple[str, ...],
    conversation: Conversation,
    facts: CatalogFacts,
) -> TurnOutcome:
    said, expect = _message(turn, earlier)
    try:
        said = spell(said, earlier, facts)
        if turn.new_thread:
            session.new_thread()
        now = session.say(said, turn.image or None)
    except NotShown as missing:
        return TurnOutcome(said, None, (Failure("say", said, str(missing)),), expect)
    except UnsupportedError:
        raise
    except Exception as error:  # the agent under evaluation is somebody else's code: whatever it raises is a finding
        return TurnOutcome(said, None, (Failure("reply", "an answer", described(error)),), expect)
    moment = Moment(
        facts,
        expect,
        now,
        earlier,
        conversation.language or "en",
        said=(*before, said),
        pictured=any(one.image for one in conversation.turns[: len(before) + 1]),
        given=conversation.profile or ProfileFacts(),
        policies=conversation.policies,
        hope=turn.hope,
    )
    return TurnOutcome(said, now, tuple(check_turn(moment)), expect, not_judged(moment), tuple(remarks(moment)))


def _message(turn: Turn, earlier: tuple[Observed, ...]) -> tuple[str, Expectation]:
    """What the person says, and what must hold then: an answer depends on what was asked."""
    if turn.say is not None:
        return turn.say, turn.expect
    asked = earlier[-1].question if earlier else None
    answer = turn.answer.get(asked.facet if asked else "else", turn.answer["else"])
    means = turn.expect.constraints_include + answer.means
    return answer.say, turn.expect.model_copy(update={"constraints_include": means})
