"""A shop as Shopify exports it, and as schema.org describes it in JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .feed_writers import Shop, delimited
from .shops import Product, Sold

_OLD = (
    "Handle",
    "Title",
    "Body (HTML)",
    "Vendor",
    "Product Category",
    "Type",
    "Tags",
    "Published",
    "Option1 Name",
    "Option1 Value",
    "Option2 Name",
    "Option2 Value",
    "Variant SKU",
    "Variant Grams",
    "Variant Inventory Tracker",
    "Variant Inventory Qty",
    "Variant Inventory Policy",
    "Variant Fulfillment Service",
    "Variant Price",
    "Variant Compare At Price",
    "Variant Requires Shipping",
    "Variant Taxable",
    "Variant Barcode",
    "Image Src",
    "Image Position",
    "Gift Card",
    "Price / International",
    "Status",
)
_NEW = (
    "URL handle",
    "Title",
    "Description",
    "Vendor",
    "Product category",
    "Type",
    "Tags",
    "Published on online store",
    "Option1 name",
    "Option1 value",
    "Option2 name",
    "Option2 value",
    "SKU",
    "Weight value (grams)",
    "Inventory tracker",
    "Inventory quantity",
    "Continue selling when out of stock",
    "Fulfillment service",
    "Price",
    "Compare-at price",
    "Requires shipping",
    "Charge tax",
    "Barcode",
    "Product image URL",
    "Image position",
    "Gift card",
    "Price / International",
    "Status",
)


def shopify_csv(shop: Shop, _currency: str) -> str:
    rows = [dict(zip(_OLD, row, strict=True)) for product in shop for row in _shopify(product, "deny")]
    return delimited(rows, ",")


def shopify_new_csv(shop: Shop, _currency: str) -> str:
    rows = [dict(zip(_NEW, row, strict=True)) for product in shop for row in _shopify(product, "FALSE")]
    return delimited(rows, ",")


def _shopify(product: Product, policy: str) -> Iterator[tuple[str, ...]]:
    """What the product says stands in its first row; a row with a second picture comes last."""
    for at, one in enumerate(product.variants):
        leaf = product.path.rpartition(" > ")[2]
        told = (product.title, product.html, product.brand, product.path, leaf, "", "TRUE") if at == 0 else ("",) * 7
        names = [name for name, value in (("Color", one.color), ("Size", one.size)) if value] or ["Title"]
        values = [value for value in (one.color, one.size) if value] or ["Default Title"]
        names, values = [*names, ""][:2], [*values, ""][:2]
        pairs = [cell for name, value in zip(names, values, strict=True) for cell in (name if at == 0 else "", value)]
        before = f"{one.before:.2f}" if one.before else ""
        yield (
            product.handle,
            *told,
            *pairs,
            product.sku(one),
            "200",
            "shopify",
            str(one.quantity),
            policy,
            "manual",
            f"{one.price:.2f}",
            before,
            "TRUE",
            "TRUE",
            one.gtin,
            product.image(one) if at == 0 else "",
            "1" if at == 0 else "",
            "FALSE",
            "99.00",
            "" if at else ("active" if product.listed else "draft"),
        )
    yield (product.handle, *("",) * 22, f"https://cdn.example.com/{product.handle}-2.jpg", "2", "", "", "")


def shopify_json(shop: Shop, _currency: str) -> str:
    return json.dumps({"products": [_shopify_product(at, one) for at, one in enumerate(shop)]}, ensure_ascii=False)


def _shopify_product(at: int, product: Product) -> dict[str, Any]:
    first = product.variants[0]
    names = [name for name, value in (("Color", first.color), ("Size", first.size)) if value] or ["Title"]
    return {
        "id": product.handle,
        "title": product.title,
        "handle": product.handle,
        "body_html": product.html,
        "published_at": "2026-01-01T00:00:00-05:00" if product.listed else None,
        "created_at": "2026-01-01T00:00:00-05:00",
        "vendor": product.brand,
        "product_type": product.path,
        "tags": ["sample"],
        "variants": [_shopify_variant(at * 100 + n, product, one) for n, one in enumerate(product.variants)],
        "images": [{"id": 1, "src": product.image(first), "position": 1}],
        "options": [{"name": name, "position": n} for n, name in enumerate(names, 1)],
    }


def _shopify_variant(number: int, product: Product, one: Sold) -> dict[str, Any]:
    values = [value for value in (one.color, one.size) if value] or ["Default Title"]
    return {
        "id": 4_000_000 + number,
        "title": " / ".join(values),
        **{f"option{place}": value for place, value in enumerate([*values, None, None][:3], 1)},
        "sku": product.sku(one),
        "barcode": one.gtin,
        "available": one.quantity > 0,
        "inventory_quantity": one.quantity,
        "inventory_management": "shopify",
        "price": f"{one.price:.2f}",
        "compare_at_price": f"{one.before:.2f}" if one.before else None,
    }


def linked_data(shop: Shop, currency: str) -> str:
    products = [_linked(product, currency) for product in shop if product.listed]
    return json.dumps({"@context": "https://schema.org", "@graph": products}, ensure_ascii=False, indent=1)


def linked_page(shop: Shop, currency: str) -> str:
    blocks = "".join(
        f'<script type="application/ld+json">{json.dumps(_linked(product, currency), ensure_ascii=False)}</script>\n'
        for product in shop
        if product.listed
    )
    head = f"<head><title>Shop</title>\n{blocks}<script>var a = 1 < 2;</script></head>"
    return f"<!doctype html>\n<html>{head}<body></body></html>"


def _linked(product: Product, currency: str) -> dict[str, Any]:
    shared = {
        "@context": "https://schema.org/",
        "name": product.title,
        "description": product.html,
        "brand": {"@type": "Brand", "name": product.brand},
        "category": product.path,
        "image": [product.image(product.variants[0])],
        "aggregateRating": {"@type": "AggregateRating", "ratingValue": product.rating, "reviewCount": product.reviews},
    }
    if len(product.variants) == 1:
        one = product.variants[0]
        return {"@type": "Product", "productID": product.handle, **shared, **_linked_variant(product, one, currency)}
    variants = [{"@type": "Product", **_linked_variant(product, one, currency)} for one in product.variants]
    return {"@type": "ProductGroup", "productGroupID": product.handle, **shared, "hasVariant": variants}


def _linked_variant(product: Product, one: Sold, currency: str) -> dict[str, Any]:
    before = (
        [
            {
                "@type": "UnitPriceSpecification",
                "price": one.before,
                "priceCurrency": currency,
                "priceType": "https://schema.org/ListPrice",
            }
        ]
        if one.before
        else []
    )
    return {
        "sku": product.sku(one),
        "gtin13": one.gtin,
        **{name: value for name, value in (("color", one.color), ("size", one.size)) if value},
        "offers": {
            "@type": "Offer",
            "price": one.price,
            "priceCurrency": currency,
            "priceSpecification": before,
            "availability": f"https://schema.org/{'InStock' if one.quantity else 'OutOfStock'}",
            "inventoryLevel": {"@type": "QuantitativeValue", "value": one.quantity},
            "itemCondition": "https://schema.org/NewCondition",
        },
    }
