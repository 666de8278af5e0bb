"""A choice made now wins over an earlier one that no item can have with it."""

from langgraph_recommender.graphs.need import uncontradicted
from langgraph_recommender.graphs.state import Need
from langgraph_recommender.graphs.understanding import Intent, TurnUnderstanding
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.constraints import parse_filter


def grown(products: Catalog, earlier: str, now: str) -> str:
    said = TurnUnderstanding(intent=Intent.REFINE, language="en", constraints=parse_filter(now, products.schema))
    need = Need(constraints=(*parse_filter(earlier, products.schema), *said.constraints))
    return ", ".join(one.facet for one in uncontradicted(need, said, products).constraints)


def test_another_kind_of_thing_drops_the_brand_that_does_not_make_it(products: Catalog) -> None:
    assert grown(products, "brand = Apple and price < 500", "category = fragrances") == "price, category"


def test_what_goes_together_stays(products: Catalog) -> None:
    assert grown(products, "brand = Apple", "category = laptops") == "brand, category"


def test_a_budget_is_never_dropped(products: Catalog) -> None:
    assert grown(products, "price < 5", "brand = Rolex") == "price, brand"
