"""What an offer costs now, what it cost before, and whether it can be had."""

from __future__ import annotations

import datetime

from ..values import as_text, parse_number
from .availability import IN_STOCK, OUT_OF_STOCK, UNKNOWN, read_availability
from .money import Money, Unreadable, covers, read_money
from .offers import Log, Offer


def money(offer: Offer, part: str, log: Log) -> Money | None:
    """The amount that a part holds; None, and a problem where something else is written."""
    value = offer.get(part)
    if value is None:
        return None
    single = value[0] if isinstance(value, (list, tuple)) else value
    found = read_money(single, offer.get("currency"))
    if isinstance(found, Unreadable):
        log.add(offer.row, part, f"{found.reason}; until then it is not used")
        return None
    return found


def prices(offer: Offer, log: Log, now: datetime.datetime) -> tuple[Money | None, Money | None]:
    """What is paid now, and the list price above it."""
    price, sale, regular = (money(offer, part, log) for part in ("price", "sale_price", "regular_price"))
    if sale and price and _is_on_sale(offer, log, now):
        sale = Money(sale.amount, sale.currency or price.currency)
        if sale.currency != (price.currency or sale.currency):
            log.add(offer.row, "sale_price", f"{sale} is in another currency than the price {price}; it is not used")
        elif sale.amount > price.amount:
            log.add(offer.row, "sale_price", f"{sale} is above the price {price}; it is not used; swap the two")
        else:
            return sale, price if sale.amount < price.amount else None
    above = regular and price and regular.amount > price.amount and regular.currency in ("", price.currency)
    return price, regular if above else None


def _is_on_sale(offer: Offer, log: Log, now: datetime.datetime) -> bool:
    start, end = offer.text("sale_from"), offer.text("sale_until")
    period = offer.text("sale_period") or (f"{start}/{end}" if start or end else "")
    inside = covers(period, now) if period else True
    if inside is None:
        part = "sale_period" if offer.text("sale_period") else "sale_from"
        log.add(offer.row, part, f"{period!r} is no period; the sale price is not used; write 2026-11-01/2026-11-30")
    return bool(inside)


def stock(offer: Offer, log: Log) -> tuple[bool | None, str, float | None]:
    """Whether it is in stock, the word for it, and how many there are; None and empty where nothing says so."""
    quantity, state = _quantity(offer, log), _state(offer, log)
    if state is None and quantity is not None:
        state = IN_STOCK if quantity > 0 else OUT_OF_STOCK
    return (state == IN_STOCK if state else None), state or "", quantity


def _quantity(offer: Offer, log: Log) -> float | None:
    value = offer.get("quantity")
    number = parse_number(value[0] if isinstance(value, list) else value) if value is not None else None
    if value is not None and number is None:
        log.add(offer.row, "quantity", f"{as_text(value)!r} is not a number; the item has no quantity")
    return max(number, 0.0) if number is not None else None


def _state(offer: Offer, log: Log) -> str | None:
    value = offer.get("availability")
    if value is None:
        return None
    word = offer.text("availability")
    state = read_availability(word)
    if state is None:
        log.add(
            offer.row,
            "availability",
            f"{word!r} is no availability; write in_stock, out_of_stock, preorder or backorder",
        )
    return None if state == UNKNOWN else state
