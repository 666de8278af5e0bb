"""Learns how a search weighs words, meaning and feedback: `python -m langgraph_recommender.evals.learn_fusion DATA`.

DATA holds the graded products that `recommender bench relevance` reads. Of the development judgments the choice with
the highest sum of both means (over the graded products, and over all) is written to `tools/catalog/search/fusion.yaml`,
and printed with what it reaches on queries that it was not learned on.
"""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import wrap

from ..agent.settings import Settings
from ..tools.catalog.search import blend
from ..tools.catalog.search.blend import Weights
from .benches.judged import judged_folder, open_products, read_judgments
from .benches.weighing import best, cross_validated, grid, learnable

_SEED = 1
_FILE = """\
# How a search weighs what it knows. Written by `python -m langgraph_recommender.evals.learn_fusion DATA`.
{about}
# No graded query is a sentence: the weight for a need stays as it was.
# lexical: weight of the words when one item covers them all, by kind of query; meaning has the rest
# feedback: how far, times that weight, a query moves to the items that its words find best
# accessory: what an item that is only for the thing is behind the thing itself
lexical:
{lexical}
feedback: {feedback}
accessory: {accessory}
"""


def main(data: Path, written: Path) -> Weights:
    """Learns on every judgments_*dev.csv of the folder, writes the weights, and returns them."""
    folder = judged_folder(data)
    catalog = open_products(folder, Settings.read().home)
    judged = next(one for one in read_judgments(folder) if one.name.endswith("dev"))
    scores = learnable(catalog, judged)
    chosen = best(scores)
    graded, every = scores[chosen].mean(axis=0)
    held_out = cross_validated(scores, _SEED)
    reached = (
        f"Best of {len(scores)} choices on {len(judged.answerable)} queries of {judged.name}: NDCG@10 {graded:.3f} "
        f"over graded products and {every:.3f} over all; cross-validated {held_out[0]:.3f} and {held_out[1]:.3f}."
    )
    print(reached)
    written.write_text(_as_yaml(grid()[chosen], reached), encoding="utf-8")
    return grid()[chosen]


def _as_yaml(weights: Weights, reached: str) -> str:
    about = "\n".join(f"# {line}" for line in wrap(reached, 117))
    lexical = "\n".join(f"  {kind}: {weight}" for kind, weight in weights.lexical.items())
    return _FILE.format(about=about, lexical=lexical, feedback=weights.feedback, accessory=weights.accessory)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(blend.__file__).with_name("fusion.yaml"))
