"""An offer as a typed variant: prices, availability, identifiers and options, and everything wrong with them noted."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..values import as_text, parse_boolean, parse_number
from .availability import read_availability
from .identifiers import wrong_with_gtin
from .money import Money, Unreadable, moment, read_money
from .offers import Log, Offer
from .plaintext import plain_text
from .prices import money, prices, stock
from .wording import details, facet_words, options, text_of

_HIDDEN = frozenset({"draft", "archived", "unlisted", "unpublished"})
_STARS = 5.0


@dataclass(frozen=True, slots=True)
class Variant:
    """One thing that can be bought."""

    row: int
    id: str
    group: str
    title: str
    group_title: str
    text: str
    image: str
    price: Money | None
    list_price: Money | None
    high_price: Money | None
    in_stock: bool | None
    availability: str
    quantity: float | None
    words: Mapping[str, tuple[str, ...]]
    """Facet -> values."""
    option_names: Mapping[str, str]
    """Facet -> the name of the option, for options that no other feed has."""
    numbers: Mapping[str, float]
    others: Mapping[str, object]

    @property
    def key(self) -> str:
        """What its product is known by."""
        return self.group or self.id


def read_variant(offer: Offer, log: Log, now: datetime.datetime) -> Variant | None:
    """The variant of an offer; None, and a problem, when it cannot be used or is not for sale."""
    identifier, group = offer.text("id"), offer.text("group")
    reason = _unusable(offer, identifier or group, log) or _hidden(offer, now)
    if reason:
        log.add(offer.row, *reason)
        return None
    price, list_price = prices(offer, log, now)
    in_stock, availability, quantity = stock(offer, log)
    chosen, names = options(offer)
    words = {**facet_words(offer), **chosen}
    _check_gtins(words.get("gtin", ()), offer.row, log)
    if "category" not in words and offer.text("taxonomy").isdigit():
        log.once("taxonomy", "numbers of Google's taxonomy say no category; write the path, or a product_type")
    return Variant(
        row=offer.row,
        id=identifier,
        group=group,
        title=plain_text(offer.text("title")),
        group_title=plain_text(offer.text("group_title")),
        text=text_of(offer),
        image=offer.text("variant_image") or offer.text("image"),
        price=price,
        list_price=list_price,
        high_price=money(offer, "high_price", log) if offer.get("high_price") else None,
        in_stock=in_stock,
        availability=availability,
        quantity=quantity,
        words=words,
        option_names=names,
        numbers=dict(_numbers(offer, log)),
        others={**offer.others, **details(offer)},
    )


def _unusable(offer: Offer, identifier: str, log: Log) -> tuple[str, str] | None:
    """Why a row names no product: the part, and the reason."""
    shifted = ", ".join(f"{log.written[part]} holds {offer.text(part)!r}" for part in _shifted(offer))
    if shifted:
        return "", f"the columns are shifted: {shifted}; the row is left out; put every value under its own column"
    if not identifier:
        return "id", "no id; the row is left out; give every product an id of its own"
    if not (plain_text(offer.text("title")) or plain_text(offer.text("group_title"))):
        return "title", "no title; the row is left out; give every product a title"
    return None


def _shifted(offer: Offer) -> list[str]:
    """Parts whose values can only belong to other columns; none when there are fewer than two of them."""
    price, state, image = (offer.text(part) for part in ("price", "availability", "image"))
    wrong = {
        "price": price and isinstance(read_money(price, offer.get("currency")), Unreadable) and _is_typed(price),
        "availability": state and read_availability(state) is None and _is_typed(state),
        "image": image and "/" not in image and _is_typed(image),
    }
    found = [part for part, yes in wrong.items() if yes]
    return found if len(found) > 1 else []


def _is_typed(text: str) -> bool:
    """Whether a text is an address, a price or an availability, and so tells what column it belongs to."""
    priced = read_money(text)
    money = isinstance(priced, Money) and bool(priced.currency)
    return text.startswith(("http://", "https://")) or money or read_availability(text) is not None


def _hidden(offer: Offer, now: datetime.datetime) -> tuple[str, str] | None:
    """Why a product is not to be shown."""
    listed, status = offer.get("listed"), offer.text("status").casefold()
    if listed is not None and parse_boolean(listed) is False:
        return "listed", "the shop does not list it; the product is left out"
    if status in _HIDDEN:
        return "status", f"{status}; the product is left out"
    if parse_boolean(offer.get("removed") or False):
        return "removed", "the shop has removed it; the product is left out"
    expires = moment(offer.text("expires"), end_of_day=True)
    return ("expires", f"expired on {expires:%Y-%m-%d}; the product is left out") if expires and expires < now else None


def _numbers(offer: Offer, log: Log) -> Iterator[tuple[str, float]]:
    best = parse_number(offer.get("best_rating")) or _STARS
    for part, scale in (("rating", _STARS / best), ("reviews", 1.0), ("least_age", 1.0)):
        value = offer.get(part)
        number = parse_number(value) if value is not None else None
        if number is not None:
            yield part, round(number * scale, 2)
        elif value is not None:
            log.add(offer.row, part, f"{as_text(value)!r} is not a number; the item has no {part.replace('_', ' ')}")
    if parse_boolean(offer.get("adult") or ""):
        yield "adult", 1.0


def _check_gtins(numbers: tuple[str, ...], row: int, log: Log) -> None:
    for number in numbers:
        wrong = wrong_with_gtin(number)
        if wrong:
            log.add(row, "gtin", f"{number!r}: {wrong}; it is kept as it is")
