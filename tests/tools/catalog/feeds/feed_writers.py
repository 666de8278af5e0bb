"""A shop as Google, OpenAI and the Agentic Commerce Protocol specify its feed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from .shops import Product, Sold

Shop = Sequence[Product]


def flat_rows(shop: Shop, currency: str) -> Iterator[dict[str, str]]:
    """Google's fields, one row a variant."""
    for product in shop:
        for variant in product.variants:
            if product.listed:
                yield _google(product, variant, currency)


def _google(product: Product, variant: Sold, currency: str) -> dict[str, str]:
    options = " / ".join(option for option in (variant.color, variant.size) if option)
    several = len(product.variants) > 1
    return {
        "id": product.sku(variant),
        "title": f"{product.title} - {options}" if several and options else product.title,
        "description": product.html,
        "link": f"https://shop.example.com/p/{product.handle}",
        "image_link": product.image(variant),
        "availability": "in_stock" if variant.quantity else "out_of_stock",
        "price": f"{variant.before or variant.price:.2f} {currency}",
        "sale_price": f"{variant.price:.2f} {currency}" if variant.before else "",
        "brand": product.brand,
        "gtin": variant.gtin,
        "product_type": product.path,
        "condition": "new",
        "item_group_id": product.handle,
        "color": variant.color,
        "size": variant.size,
        "product_review_rating": str(product.rating or ""),
        "product_review_count": str(product.reviews or ""),
        "quantity": str(variant.quantity),
        "shipping": f"US:::5.00 {currency}",
    }


def delimited(rows: Sequence[dict[str, str]], delimiter: str, names: dict[str, str] | None = None) -> str:
    out = io.StringIO()
    header = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow([(names or {}).get(name, name) for name in header])
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    return out.getvalue()


def google_tsv(shop: Shop, currency: str) -> str:
    return delimited(list(flat_rows(shop, currency)), "\t")


def google_spaces(shop: Shop, currency: str) -> str:
    rows = list(flat_rows(shop, currency))
    return delimited(rows, "\t", {name: name.replace("_", " ") for name in rows[0]})


def google_chinese(shop: Shop, currency: str) -> str:
    names = {
        "id": "编号",
        "title": "标题",
        "description": "说明",
        "link": "链接",
        "image_link": "图片链接",
        "price": "价格",
        "availability": "库存状况",
        "sale_price": "促销价",
        "brand": "品牌",
        "product_type": "商品类型",
        "color": "颜色",
        "size": "尺码",
        "item_group_id": "商品组 ID",
        "condition": "使用情况",
        "quantity": "库存数量",
    }
    rows = [
        {**row, "availability": "有货" if row["availability"] == "in_stock" else "缺货"}
        for row in flat_rows(shop, currency)
    ]
    return delimited(rows, "\t", names)


def google_rss(shop: Shop, currency: str) -> str:
    items = "".join(f"<item>{_elements(row)}</item>\n" for row in flat_rows(shop, currency))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0">\n<channel>\n'
        f"<title>Shop</title><link>https://shop.example.com</link><description>All of it</description>\n{items}"
        "</channel>\n</rss>\n"
    )


def google_atom(shop: Shop, currency: str) -> str:
    entries = "".join(f"<entry>{_elements(row)}</entry>\n" for row in flat_rows(shop, currency))
    return (
        '<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0">\n'
        f'<title>Shop</title><link rel="self" href="https://shop.example.com"/>\n{entries}</feed>\n'
    )


def _elements(row: dict[str, str]) -> str:
    written = {name: value for name, value in row.items() if value and name != "shipping"}
    shipping = "<g:shipping><g:country>US</g:country><g:price>5.00 USD</g:price></g:shipping>"
    return "".join(f"<g:{name}>{escape(value)}</g:{name}>" for name, value in written.items()) + shipping


def openai_jsonl(shop: Shop, currency: str) -> str:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in _openai(shop, currency)) + "\n"


def openai_csv(shop: Shop, currency: str) -> str:
    """The earlier names: id, link, image_link, enable_search."""
    names = {
        "item_id": "id",
        "url": "link",
        "image_url": "image_link",
        "is_eligible_search": "enable_search",
        "is_eligible_checkout": "enable_checkout",
        "group_id": "item_group_id",
        "star_rating": "product_review_rating",
        "review_count": "product_review_count",
    }
    rows = [{name: _cell(value) for name, value in row.items()} for row in _openai(shop, currency)]
    return delimited(rows, ",", names)


def _cell(value: object) -> str:
    return (
        json.dumps(value, ensure_ascii=False)
        if isinstance(value, (dict, bool))
        else ""
        if value is None
        else str(value)
    )


def _openai(shop: Shop, currency: str) -> Iterator[dict[str, Any]]:
    for product in shop:
        for variant in product.variants:
            row = _google(product, variant, currency)
            options = {"color": variant.color, "size": variant.size}
            yield {
                "item_id": row["id"],
                "group_id": product.handle,
                "listing_has_variations": len(product.variants) > 1,
                "variant_dict": {name: value for name, value in options.items() if value} or None,
                "is_eligible_search": product.listed,
                "is_eligible_checkout": False,
                "title": row["title"],
                "description": product.html,
                "url": row["link"],
                "brand": product.brand,
                "image_url": row["image_link"],
                "price": row["price"],
                "sale_price": row["sale_price"] or None,
                "availability": row["availability"],
                "inventory_quantity": variant.quantity,
                "gtin": variant.gtin,
                "condition": "new",
                "product_category": product.path,
                "star_rating": product.rating,
                "review_count": product.reviews,
                "seller_name": "Example Shop",
                "seller_url": "https://shop.example.com",
                "target_countries": "US",
                "store_country": "US",
            }


def agentic_commerce(shop: Shop, currency: str) -> str:
    header = {"feed_id": "feed_1", "account_id": "acct_1", "target_merchant": "merch_1", "target_country": "US"}
    products = [_agentic(product, currency) for product in shop if product.listed]
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in (header, *products)) + "\n"


def _agentic(product: Product, currency: str) -> dict[str, Any]:
    return {
        "id": product.handle,
        "title": product.title,
        "description": {"html": product.html},
        "url": f"https://shop.example.com/p/{product.handle}",
        "media": [{"type": "image", "url": product.image(product.variants[0])}],
        "variants": [_agentic_variant(product, variant, currency) for variant in product.variants],
    }


def _agentic_variant(product: Product, variant: Sold, currency: str) -> dict[str, Any]:
    options = [("Color", variant.color), ("Size", variant.size)]
    listed = {"list_price": {"amount": round(variant.before * 100), "currency": currency}} if variant.before else {}
    return {
        "id": product.sku(variant),
        "title": product.title,
        "barcodes": [{"type": "GTIN", "value": variant.gtin}],
        "price": {"amount": round(variant.price * 100), "currency": currency},
        **listed,
        "availability": {
            "available": variant.quantity > 0,
            "status": "in_stock" if variant.quantity else "out_of_stock",
        },
        "categories": [{"value": product.path, "taxonomy": "merchant"}],
        "condition": ["new"],
        "variant_options": [{"name": name, "value": value} for name, value in options if value],
        "media": [{"type": "image", "url": product.image(variant)}],
    }
