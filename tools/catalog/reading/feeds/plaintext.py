"""HTML in descriptions as plain text: entities, paragraphs and lists; nothing of scripts, styles and comments."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {"p", "div", "br", "li", "ul", "ol", "dl", "dt", "dd", "table", "tr", "pre", "hr", "section", "article", "header"}
) | {"h1", "h2", "h3", "h4", "h5", "h6", "footer", "blockquote"}
_UNSEEN = frozenset({"script", "style", "template", "head", "title"})
_LOOKS_MARKED = re.compile(r"<[a-zA-Z/!][^<>]*>|&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")


def plain_text(text: str) -> str:
    """The words of a text that may be HTML, one line for each paragraph and list item.

    >>> plain_text("<p>Soft &amp; warm</p><ul><li>100% wool</li></ul>")
    'Soft & warm\\n- 100% wool'
    """
    if ("<" not in text and "&" not in text) or not _LOOKS_MARKED.search(text):
        return text.replace("\u00a0", " ").strip()
    if re.search(r"&lt;(?:p|br|ul|li|div|b|strong|h\d)\b", text, re.IGNORECASE) and "<" not in text:
        text = html.unescape(text)
    reader = _Words()
    reader.feed(text)
    reader.close()
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line and line != "-")


class _Words(HTMLParser):
    """Collects the words that a browser would show."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._unseen += tag in _UNSEEN
        if tag in _BLOCKS:
            self.parts.append("\n- " if tag == "li" else "\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in _UNSEEN))
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)
