"""What chat logs say of people, read with the offline understanding of one catalog."""

from __future__ import annotations

import re
from datetime import datetime

from ...graphs.briefing import facet_cards
from ...graphs.briefs import UnderstandBrief
from ...graphs.remembering import event, statements
from ...graphs.understanding import TurnUnderstanding
from ...tools.catalog import Catalog
from ...tools.items import Language
from ...tools.normalize import has_chinese
from ...tools.profile.build import Extract, Said
from ...tools.profile.records import Remembered
from ..offline.classifier import load_classifier
from ..offline.lexicon import CatalogLexicon
from ..offline.understand import understand

_EVIDENCE_LENGTH = 200
_LEADING_ARTICLE = re.compile(r"^(?:the|an?)\s+", re.IGNORECASE)


def offline_extract(catalog: Catalog) -> Extract:
    """Reads lasting wishes and feedback on items from one message at a time, without what was said before it."""
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
    named = [
        one for one in said.feedback if one.item_id in catalog and _is_named(catalog.item(one.item_id).title, words)
    ]
    events = [event(one, False, time, catalog) for one in named]
    quoted = [one if one.reason else one.model_copy(update={"reason": words}) for one in events]
    return [*statements(said, words, time, catalog), *quoted]


def _is_named(title: str, text: str) -> bool:
    """Whether a title of one English word is written as a name: a log shows no list that "touch" could refer to."""
    core = _LEADING_ARTICLE.sub("", title).strip()
    if has_chinese(title) or len(core.split()) != 1:
        return True
    return re.search(rf"(?<!^)(?<![.!?。！？]\s)\b{re.escape(core)}(?!\w)", text) is not None
