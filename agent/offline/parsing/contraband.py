"""Goods that nobody may sell: asked for where the catalog holds no such thing, they are out of its scope."""

from __future__ import annotations

import re

from ....tools.items import FacetRole
from ..lexicon import CatalogLexicon
from .cues import cue
from .query import noun_pattern
from .reading import Reading
from .text import stem, words


def wants_contraband(reading: Reading, lexicon: CatalogLexicon) -> bool:
    """ "Do you sell guns?", 卖枪: no value, item or story of the catalog is meant by it."""
    text = reading.message.text
    found = cue("contraband").search(text)
    if found is None or reading.values or reading.references or cue("goods_wanted").search(text) is None:
        return False
    known = all(stem(word) in lexicon.rare for word in words(found.group()))
    told = lexicon.by_role(FacetRole.PRICE) is None and re.search(noun_pattern(lexicon), text) is not None
    return not known and not told
