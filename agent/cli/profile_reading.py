"""What chat logs say of people, read with the offline understanding of one catalog."""

from __future__ import annotations

import re
from datetime import datetime

from ...graphs.briefing import facet_cards
from ...graphs.briefs import UnderstandBrief
from ...graphs.understanding import TurnUnderstanding, Wish
from ...tools.catalog import Catalog
from ...tools.constraints import Constraint, Op
from ...tools.items import Language
from ...tools.normalize import has_chinese
from ...tools.profile.build import Extract, Said
from ...tools.profile.model import ItemEvent, LastingConstraint, Preference
from ...tools.profile.records import Remembered
from ...tools.profile.words import target_words
from ..offline.classifier import load_classifier
from ..offline.lexicon import CatalogLexicon
from ..offline.understand import understand

_EVIDENCE_LENGTH = 200
_LEADING_ARTICLE = re.compile(r"^(?:the|an?)\s+", re.IGNORECASE)


def offline_extract(catalog: Catalog) -> Extract:
    """Reads lasting wishes and feedback on items from one message at a time, without what was said before it.

    What cannot be named ("both", "her") is not remembered: nobody could ask to forget it.
    """
    lexicon, classifier = CatalogLexicon.build(catalog), load_classifier()
    brief = UnderstandBrief(
        catalog=catalog.name,
        noun=catalog.schema.noun.get("en", "item"),
        facets=facet_cards(catalog, catalog.revision),
    )

    def extract(text: str, last: Language | None, time: datetime) -> Said:
        said = understand(text, brief.model_copy(update={"last_language": last}), lexicon, classifier)
        return Said(tuple(_contents(said, text[:_EVIDENCE_LENGTH], time, catalog)), said.language)

    return extract


def _contents(said: TurnUnderstanding, words: str, time: datetime, catalog: Catalog) -> list[Remembered]:
    lasting = [one for one in said.wishes if one.lasting and (one.facet or target_words(one.value))]
    wishes: list[Remembered] = [_statement(one, words, time, catalog) for one in lasting]
    events = [
        ItemEvent(
            item_id=one.item_id,
            catalog=catalog.name,
            kind=one.kind,
            time=time,
            reason=one.reason or words,
            title=catalog.item(one.item_id).title,
        )
        for one in said.feedback
        if one.item_id in catalog and _is_named(catalog.item(one.item_id).title, words)
    ]
    return [*wishes, *events]


def _is_named(title: str, text: str) -> bool:
    """Whether a title of one English word is written as a name: a log shows no list that "touch" could refer to."""
    core = _LEADING_ARTICLE.sub("", title).strip()
    if has_chinese(title) or len(core.split()) != 1:
        return True
    return re.search(rf"(?<!^)(?<![.!?。！？]\s)\b{re.escape(core)}(?!\w)", text) is not None


def _statement(wish: Wish, words: str, time: datetime, catalog: Catalog) -> Preference | LastingConstraint:
    """A flat refusal of a facet's value lasts as a constraint, as it does in a conversation."""
    known = bool(wish.facet and catalog.schema.facet(wish.facet))
    if wish.weight <= -1 and known:
        never = Constraint(facet=wish.facet, op=Op.NE, value=wish.value)
        return LastingConstraint(constraint=never, catalog=catalog.name, evidence=words, time=time)
    return Preference(
        facet=wish.facet if known else "",
        value=wish.value,
        weight=wish.weight,
        evidence=words,
        time=time,
        catalog=catalog.name if known else "",
    )
