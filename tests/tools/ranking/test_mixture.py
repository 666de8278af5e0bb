"""What moves a ranking, on the real catalogs."""

import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pytest
from langgraph_recommender.tools.catalog import Catalog, JointCatalog, SearchRequest, open_catalog
from langgraph_recommender.tools.constraints import parse_filter
from langgraph_recommender.tools.errors import SettingsError
from langgraph_recommender.tools.items import Item
from langgraph_recommender.tools.profile.model import Preference
from langgraph_recommender.tools.ranking import Mixture, RankingContext, Signal, build_ranker, load_weights, rank
from langgraph_recommender.tools.ranking.learned import Known, Learned

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def book(books: Catalog, title: str) -> str:
    return next(item.id for item in books.items() if item.title == title)


def order(ranker: Mixture, context: RankingContext, candidates: list[str]) -> list[str]:
    return [one.item_id for one in rank(ranker.score(context, candidates), len(candidates))]


@pytest.fixture
def popular(books: Catalog) -> list[str]:
    return [item.id for item in books.items()[:200]]


def test_an_empty_context_ranks_by_popularity(book_ranker: Mixture, books: Catalog, popular: list[str]) -> None:
    best = order(book_ranker, RankingContext(), popular)[0]
    counts = {one: books.item(one).facets["ratings_count"] for one in popular}
    assert best in sorted(counts, key=lambda one: -counts[one])[:3]  # pyright: ignore


def test_a_like_lifts_the_neighbours_and_a_dislike_lowers_them(book_ranker: Mixture, books: Catalog) -> None:
    twilight, candidates = book(books, "Twilight"), [book(books, one) for one in ("New Moon", "1984", "Breaking Dawn")]
    before = book_ranker.score(RankingContext(), candidates).total
    liked = book_ranker.score(RankingContext(history=[Signal(twilight, 1.0)]), candidates).total - before
    disliked = book_ranker.score(RankingContext(history=[Signal(twilight, -1.0)]), candidates).total - before
    assert min(liked[0], liked[2]) > max(0.0, liked[1])
    assert max(disliked[0], disliked[2]) < min(0.0, disliked[1])


def test_feedback_weighs_as_much_after_a_long_history(book_ranker: Mixture, books: Catalog, popular: list[str]) -> None:
    twilight, candidates = book(books, "Twilight"), [book(books, "New Moon")]
    history = [Signal(one, 1.0, age=10.0) for one in popular[50:150] if one != twilight]
    before = book_ranker.score(RankingContext(history=history), candidates)
    after = book_ranker.score(RankingContext(history=[*history, Signal(twilight, -1.0)]), candidates)
    alone = book_ranker.score(RankingContext(history=[Signal(twilight, -1.0)]), candidates)
    for name in ("feedback", "cooccurrence"):
        drop = after.contributions[name] - before.contributions[name]
        assert drop == pytest.approx(alone.contributions[name])
        assert drop < 0


def test_the_newest_word_on_an_item_counts(book_ranker: Mixture, books: Catalog) -> None:
    hobbit, candidates = book(books, "The Hobbit"), [book(books, "The Fellowship of the Ring")]
    turned = [Signal(hobbit, 1.0, age=30.0), Signal(hobbit, -1.0)]
    changed, only = RankingContext(history=turned), RankingContext(history=turned[1:])
    assert book_ranker.score(changed, candidates).total == pytest.approx(book_ranker.score(only, candidates).total)


def test_old_feedback_fades(product_ranker: Mixture, products: Catalog) -> None:
    phone, candidates = book(products, "iPhone 13 Pro"), [book(products, "iPhone X")]
    young, old = (
        product_ranker.score(RankingContext(history=[Signal(phone, 1.0, age=age)]), candidates).contributions["history"]
        for age in (1.0, 720.0)
    )
    assert 0 < old[0] < 0.2 * young[0]


def test_something_like_dune(book_ranker: Mixture, books: Catalog) -> None:
    dune = book(books, "Dune")
    found = books.search(SearchRequest(similar_to=(dune,), k=200))
    candidates = [hit.item_id for hit in found.hits]
    best = order(book_ranker, RankingContext(similar_to=[dune]), candidates)[:10]
    genres = [books.item(one).facets.get("genres", ()) for one in best]
    assert sum("science fiction" in one for one in genres) >= 8  # pyright: ignore


def test_a_wish_moves_the_matching_item_up(product_ranker: Mixture, products: Catalog) -> None:
    found = products.search(SearchRequest("phone", k=40))
    candidates = [hit.item_id for hit in found.hits]
    retrieval = {hit.item_id: hit.score for hit in found.hits}
    wish = parse_filter("brand = Samsung", products.schema)
    plain = order(product_ranker, RankingContext(retrieval=retrieval), candidates)
    wished = order(product_ranker, RankingContext(retrieval=retrieval, soft=wish), candidates)
    samsung = [one for one in candidates if products.item(one).facets.get("brand") == "Samsung"]
    assert samsung
    assert sum(map(wished.index, samsung)) < sum(map(plain.index, samsung))
    assert wished.index(samsung[-1]) < wished.index(next(one for one in plain if one not in samsung))


@pytest.mark.parametrize(
    ("preference", "match", "other"),
    [
        ({"facet": "authors", "value": "stephen king"}, "The Shining", "Dune"),
        ({"facet": "year", "value": "1960s"}, "Dune", "The Shining"),
        ({"value": "hunger games"}, "The Hunger Games", "Dune"),
    ],
)
def test_a_preference_matches_exactly_what_it_is_about(
    book_ranker: Mixture, books: Catalog, preference: dict[str, str], match: str, other: str
) -> None:
    context = RankingContext(preferences=[Preference(weight=0.5, confidence=0.8, time=NOW, **preference)])  # pyright: ignore
    said = book_ranker.score(context, [book(books, match), book(books, other)]).contributions["profile"]
    assert said == pytest.approx([0.4 * book_ranker.weights["profile"], 0.0])


def test_a_preference_that_no_item_can_have_says_nothing(book_ranker: Mixture, popular: list[str]) -> None:
    held = [
        Preference(facet="year", value="recent", weight=1, time=NOW),
        Preference(facet="x", value="y", weight=1, time=NOW),
    ]
    assert not book_ranker.score(RankingContext(preferences=held), popular).contributions["profile"].any()


def test_an_item_that_left_the_catalog_says_nothing(book_ranker: Mixture, popular: list[str]) -> None:
    gone = RankingContext(history=[Signal("gone", 1.0)], similar_to=["gone"])
    assert np.allclose(book_ranker.score(gone, popular).total, book_ranker.score(RankingContext(), popular).total)


def test_a_changed_catalog_is_seen_at_once() -> None:
    items = [Item(str(n), f"Film {n}", "A slow drama about a family.", {"votes": float(n)}) for n in range(12)]
    catalog = open_catalog(items)
    ranker = build_ranker(catalog)
    ranker.score(RankingContext(similar_to=["0"]), ["1", "2"])
    catalog.upsert([Item("new", "Rockets", "Robots at war on a far planet.", {"votes": 1.0})])
    values = ranker.score(RankingContext(query_vector=catalog.embed_query("robots in space")), ["new", "1"])
    assert values.contributions["text"][0] > values.contributions["text"][1]


def test_every_shipped_weight_belongs_to_a_part(book_ranker: Mixture, movies: Catalog, products: Catalog) -> None:
    rankers = (build_ranker(movies), build_ranker(products), build_ranker(JointCatalog([movies, products])))
    used = {part.name for ranker in rankers for part in ranker.parts}
    learned = [part.name for part in book_ranker.parts if isinstance(part, Learned | Known)]
    of_groups = {"learned", "dialogue"}
    assert set(load_weights()) - of_groups == used
    assert {book_ranker.weights[name] for name in learned} == {load_weights()["learned"]}


def test_a_part_needs_one_weight(book_ranker: Mixture) -> None:
    part = book_ranker.parts[0]
    with pytest.raises(SettingsError, match=part.name):
        Mixture((part,), {})
    with pytest.raises(SettingsError, match=part.name):
        Mixture((part, part), {part.name: 1.0})


def test_the_thread_count_of_the_process_is_left_alone(book_ranker: Mixture, popular: list[str]) -> None:
    import torch

    before = torch.get_num_threads()
    book_ranker.score(RankingContext(similar_to=popular[:1]), popular)
    assert torch.get_num_threads() == before


def test_importing_the_ranking_does_not_load_torch() -> None:
    code = "import sys, langgraph_recommender.tools.ranking; print('torch' in sys.modules, 'chromadb' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.split() == ["False", "False"]
