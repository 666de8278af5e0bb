"""Two small shops, one English and one Chinese, as they would write themselves in every format."""

from __future__ import annotations

from dataclasses import dataclass

from langgraph_recommender.tools.catalog.reading.feeds.identifiers import check_digit


@dataclass(frozen=True)
class Sold:
    """One variant; `number` makes its GTIN."""

    number: int
    price: float
    quantity: int
    color: str = ""
    size: str = ""
    before: float | None = None
    """The price before a sale."""

    @property
    def gtin(self) -> str:
        digits = f"40{self.number:010d}"
        return f"{digits}{check_digit(digits)}"


@dataclass(frozen=True)
class Product:
    handle: str
    title: str
    html: str
    brand: str
    path: str
    variants: tuple[Sold, ...]
    rating: float | None = None
    reviews: int | None = None
    listed: bool = True

    def sku(self, variant: Sold) -> str:
        parts = [self.handle.upper().replace("-", "")[:8], variant.color[:3].upper(), variant.size.upper()]
        return "-".join(part for part in parts if part)

    def image(self, variant: Sold) -> str:
        return f"https://cdn.example.com/{self.handle}{'-' + variant.color.lower() if variant.color else ''}.jpg"


def _sizes(
    number: int, price: float, color: str, stock: dict[str, int], before: float | None = None
) -> tuple[Sold, ...]:
    return tuple(Sold(number + at, price, left, color, size, before) for at, (size, left) in enumerate(stock.items()))


ENGLISH = (
    Product(
        "organic-tee",
        "Organic Cotton T-Shirt",
        "<p>A soft <b>t-shirt</b> of organic cotton &amp; nothing else.</p>"
        "<ul><li>180 g/m&sup2;</li><li>Machine wash cold</li></ul>",
        "Fernwood",
        "Apparel > Clothing > Shirts & Tops",
        (
            *_sizes(100, 19.99, "Red", {"S": 4, "M": 0, "L": 7}),
            *_sizes(110, 24.99, "Navy", {"M": 3, "L": 2}, before=29.99),
        ),
        4.6,
        212,
    ),
    Product(
        "linen-shirt",
        "Relaxed Linen Shirt",
        "<p>Breathable linen for warm days.</p>",
        "Fernwood",
        "Apparel > Clothing > Shirts & Tops",
        _sizes(120, 49.0, "White", {"S": 1, "M": 5}),
        4.2,
        61,
    ),
    Product(
        "flannel-shirt",
        "Checked Flannel Shirt",
        "<p>Brushed flannel, warm in the cold.</p>",
        "Lumberline",
        "Apparel > Clothing > Shirts & Tops",
        _sizes(130, 27.5, "Red", {"M": 6, "XL": 2}),
        4.4,
        90,
    ),
    Product(
        "trail-shoe",
        "Ridgeline Trail Running Shoe",
        "Waterproof trail shoe with a cushioned sole.",
        "Ridgeline",
        "Apparel > Shoes > Trail Running Shoes",
        (
            *_sizes(140, 119.0, "Black", {"42": 2, "43": 0}),
            *_sizes(150, 99.0, "Orange", {"42": 0, "44": 3}, before=129.0),
        ),
        4.7,
        540,
    ),
    Product(
        "rain-jacket",
        "Stormfront Rain Jacket",
        "Keeps you dry in <em>any</em> rain.",
        "Stormfront",
        "Apparel > Clothing > Outerwear",
        _sizes(160, 139.95, "Yellow", {"M": 0, "L": 0}),
        4.1,
        33,
    ),
    Product(
        "espresso-machine",
        "Barista Mini Espresso Machine",
        "15 bar pump, 1.2 litre tank.",
        "Caffeo",
        "Home & Garden > Kitchen > Coffee Makers",
        (Sold(170, 189.0, 12, before=229.0),),
        4.5,
        804,
    ),
    Product(
        "french-press",
        "Glass French Press 1 l",
        "Borosilicate glass, steel filter.",
        "Caffeo",
        "Home & Garden > Kitchen > Coffee Makers",
        (Sold(171, 24.9, 40),),
        4.3,
        120,
    ),
    Product(
        "chef-knife",
        "Chef's Knife 20 cm",
        "Forged steel, full tang.",
        "Solinga",
        "Home & Garden > Kitchen > Knives",
        (Sold(172, 59.0, 9),),
        4.8,
        77,
    ),
    Product(
        "wooden-train",
        "Wooden Train Set",
        "32 pieces of beech wood for ages 3 and up.",
        "Holzweg",
        "Toys & Games > Toys > Trains",
        (Sold(173, 34.5, 15),),
        4.9,
        310,
    ),
    Product(
        "desk-lamp",
        "Arc Desk Lamp",
        "Dimmable LED, warm to cold white.",
        "Lumo",
        "Home & Garden > Lighting > Lamps",
        (Sold(174, 45.0, 3, "Black"), Sold(175, 45.0, 0, "Brass")),
        4.0,
        18,
    ),
    Product(
        "headphones",
        "QuietWave Wireless Headphones",
        "Noise cancelling, 30 hours of battery.",
        "Sonara",
        "Electronics > Audio > Headphones",
        (Sold(176, 149.0, 25, "Black"),),
        4.4,
        1290,
    ),
    Product(
        "secret-mug",
        "Unreleased Mug",
        "Not for sale yet.",
        "Caffeo",
        "Home & Garden > Kitchen > Mugs",
        (Sold(177, 12.0, 5),),
        listed=False,
    ),
)

CHINESE = (
    Product(
        "cn-shirt",
        "纯棉圆领短袖T恤",
        "<p>柔软透气的<b>纯棉</b>面料，夏天穿很舒服。</p>",
        "木棉",
        "服饰 > 男装 > T恤",
        (*_sizes(200, 89, "红色", {"M": 5, "L": 0}), *_sizes(210, 79, "白色", {"M": 3, "L": 4}, before=99)),
        4.7,
        3200,
    ),
    Product(
        "cn-dress",
        "碎花雪纺连衣裙",
        "轻盈雪纺，收腰设计。",
        "花语",
        "服饰 > 女装 > 连衣裙",
        _sizes(220, 199, "蓝色", {"S": 2, "M": 6}),
        4.5,
        870,
    ),
    Product(
        "cn-down",
        "轻薄羽绒服",
        "90%白鸭绒，可收纳。",
        "雪原",
        "服饰 > 男装 > 羽绒服",
        _sizes(230, 399, "黑色", {"L": 8, "XL": 0}, before=599),
        4.6,
        1500,
    ),
    Product(
        "cn-kettle",
        "不锈钢电热水壶 1.5升",
        "自动断电，双层防烫。",
        "小厨",
        "家电 > 厨房电器 > 电水壶",
        (Sold(240, 99, 60),),
        4.4,
        5100,
    ),
    Product(
        "cn-ricecooker",
        "智能电饭煲 4升",
        "预约定时，多种米饭模式。",
        "小厨",
        "家电 > 厨房电器 > 电饭煲",
        (Sold(241, 259, 0),),
        4.8,
        2300,
    ),
    Product(
        "cn-earbuds",
        "真无线蓝牙耳机",
        "主动降噪，续航30小时。",
        "声阔",
        "数码 > 影音 > 耳机",
        (Sold(242, 299, 14, "黑色"), Sold(243, 299, 9, "白色")),
        4.3,
        760,
    ),
    Product(
        "cn-tea",
        "明前龙井绿茶 250克",
        "杭州产，清香回甘。",
        "西湖春",
        "食品 > 茶叶 > 绿茶",
        (Sold(244, 168, 30),),
        4.9,
        990,
    ),
    Product(
        "cn-blocks",
        "木制积木 100块",
        "榉木打磨，适合3岁以上儿童。",
        "童趣",
        "玩具 > 益智玩具 > 积木",
        (Sold(245, 129, 22),),
        4.7,
        430,
    ),
    Product("cn-lamp", "护眼台灯", "无频闪，可调色温。", "明亮", "家居 > 灯具 > 台灯", (Sold(246, 159, 11),), 4.2, 210),
    Product(
        "cn-hidden", "尚未发布的杯子", "还没有上架。", "小厨", "家居 > 餐具 > 杯子", (Sold(247, 39, 5),), listed=False
    ),
)
