"""`recommender eval SUITE...`, and `recommender eval compare A B` for two runs of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from ..tools.errors import SettingsError, SuiteError
from .benches.figures import machine
from .hosted import Hosted
from .judge import Judge, Opinion, judged, open_judge, opinion_of
from .metrics import METRICS, Prices, compare, paired, read_prices, trials_of
from .opened import OpenCatalogs
from .outcome import Outcome
from .reporting import build_report, write_report
from .reporting.data import as_data, difference_data
from .running.directory import read_run, settings_apart
from .running.evaluation import Evaluation, run_evaluation
from .running.screen import RunProgress
from .screen import print_differences, print_report, print_settings
from .simulate import load_personas
from .suite import Suite, bind, load_suite, select_tagged, shipped_suites
from .suite.schema import schema_text
from .targets.opening import GRAPH, USUAL_SHOTS, TargetSpec


class _RunUnlessCompare(TyperGroup):
    """`eval SUITE...` is short for `eval run SUITE...`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        named = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else ["run", *args])


evaluate = typer.Typer(cls=_RunUnlessCompare, add_completion=False)

_SUITES = typer.Argument(help="Suite files, or names of suites that ship; all that ship when none is given.")
_CATALOG = typer.Option("--catalog", help="Run every conversation on this catalog instead of its own.")
_TARGET = typer.Option("--target", help="graph (ours), MODULE:OBJECT, the URL of a LangServe runnable, openai:MODEL.")
_MODEL = typer.Option("--model", help="Chat model of our graph: offline, openai:NAME, ...")
_BASE_URL = typer.Option("--base-url", help="Address of an OpenAI-compatible server.")
_SHOTS = typer.Option("--shots", min=0, max=20, help="Examples that our graph shows a hosted model; 0 is zero-shot.")
_HEADER = typer.Option("--header", help="NAME: VALUE to send to the target, such as Authorization; may be repeated.")
_TAG = typer.Option("--tag", help="Only conversations with this tag; may be repeated.")
_REPEAT = typer.Option("--repeat", min=1, help="Run each conversation so many times.")
_SEED = typer.Option("--seed", help="Other simulated people than with another seed.")
_WORKERS = typer.Option("--workers", min=1, help="Conversations side by side; as many as pay when not given.")
_TIMEOUT = typer.Option("--timeout", min=0.1, help="Seconds that an agent has for one turn.")
_PLAYER = typer.Option("--simulated-by", help="Chat model that finds the words of simulated people: openai:NAME, ...")
_JUDGE = typer.Option("--judge", help="Chat model whose opinion stands beside the checks: openai:NAME, ...")
_EVALUATOR_URL = typer.Option("--evaluator-url", help="OpenAI-compatible server of the models that play and judge.")
_REPORT = typer.Option("--report", help="Directory that keeps the run, to go on with it too, and its reports.")
_FRESH = typer.Option("--fresh", help="Remove what another run left in the directory.")
_PRICES = typer.Option("--prices", help="YAML with the prices of models for a million tokens, to tell the cost.")
_JSON = typer.Option("--json", help="Print it as JSON.")
_DIRECTORY = typer.Argument(help="Directory that `recommender eval --report` wrote.")


def _print_schema(wanted: bool) -> None:
    if wanted:
        typer.echo(schema_text(), nl=False)
        raise typer.Exit


_SCHEMA = typer.Option("--schema", callback=_print_schema, is_eager=True, help="Print the JSON Schema of a suite.")


@evaluate.command()
def run(
    suites: Annotated[list[str] | None, _SUITES] = None,
    catalog: Annotated[str, _CATALOG] = "",
    target: Annotated[str, _TARGET] = GRAPH,
    model: Annotated[str, _MODEL] = "offline",
    base_url: Annotated[str | None, _BASE_URL] = None,
    shots: Annotated[int, _SHOTS] = USUAL_SHOTS,
    header: Annotated[list[str] | None, _HEADER] = None,
    tag: Annotated[list[str] | None, _TAG] = None,
    repeat: Annotated[int, _REPEAT] = 1,
    seed: Annotated[int, _SEED] = 0,
    workers: Annotated[int | None, _WORKERS] = None,
    timeout: Annotated[float, _TIMEOUT] = 120.0,
    report: Annotated[Path | None, _REPORT] = None,
    fresh: Annotated[bool, _FRESH] = False,
    prices: Annotated[Path | None, _PRICES] = None,
    simulated_by: Annotated[str, _PLAYER] = "",
    judge: Annotated[str, _JUDGE] = "",
    evaluator_url: Annotated[str | None, _EVALUATOR_URL] = None,
    as_json: Annotated[bool, _JSON] = False,
    _schema: Annotated[bool, _SCHEMA] = False,
) -> None:
    """Runs conversations and simulated people, and says what did not hold.

    Exit code 1 when something did not, 2 on bad input, 130 when it is interrupted: the same command goes on then.
    """
    opened, priced = OpenCatalogs(), _priced(prices, model)
    spec = TargetSpec(target, model, base_url, _headers(header or []), timeout, shots)
    player = Hosted(simulated_by, evaluator_url) if simulated_by else None
    judging = open_judge(Hosted(judge, evaluator_url)) if judge else None
    chosen = _chosen(suites or [], catalog, tag or [], opened)
    asked = Evaluation(chosen, spec, catalog, tuple(tag or ()), repeat, seed, player)
    outcomes = _run(asked, opened, workers, report, fresh=fresh)
    played = {"simulated by": simulated_by} if simulated_by else {}
    about = {"target": target, "model": model, "shots": shots, **played, **machine()}
    thought = _opinion(judging, outcomes, opened, report, seed) if judging else None
    found = build_report(outcomes, about, opened.facts, seed=seed, prices=priced, opinion=thought)
    if report:
        write_report(found, report)
    if as_json:
        typer.echo(json.dumps(as_data(found), ensure_ascii=False, indent=1))
    else:
        print_report(found, Console())
    if found.failed:
        raise typer.Exit(1)


@evaluate.command("compare")
def compare_runs(
    first: Annotated[Path, _DIRECTORY],
    second: Annotated[Path, _DIRECTORY],
    seed: Annotated[int, typer.Option("--seed", help="Draws the intervals.")] = 1,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Says of each metric whether the first run is better, worse, or nobody can tell, on the conversations of both.

    Pairs of conversations, 95% bootstrap intervals, permutation tests corrected for the number of metrics (Holm).
    """
    opened = OpenCatalogs()
    runs = [read_run(path) for path in (first, second)]
    one, other = (trials_of(each.outcomes, opened.facts) for each in runs)
    pairs = paired(one, other)
    if not pairs:
        cure = "Run the same suites with the same seed into both."
        raise SuiteError(f"{first} and {second} have no conversation in common.", cure=cure)
    found, apart = compare(METRICS, pairs, seed), settings_apart(runs[0].about, runs[1].about)
    alone = len(one) + len(other) - 2 * len(pairs)
    if as_json:
        metrics = [difference_data(each) for each in found]
        data = {"conversations": len(pairs), "in_one_alone": alone, "settings": apart, "metrics": metrics}
        typer.echo(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        typer.echo(f"{len(pairs)} conversations in both runs, {alone} in one alone; the first is {first}.")
        print_settings(apart, Console())
        print_differences(found, Console())


def _priced(prices: Path | None, model: str) -> Prices | None:
    return read_prices(prices, model) if prices else None


def _chosen(names: Sequence[str], catalog: str, tags: Sequence[str], opened: OpenCatalogs) -> list[Suite]:
    loaded = [load_suite(file) for file in find_suites(names)]
    moved = [one.on_catalog(catalog) for one in loaded] if catalog else loaded
    chosen = select_tagged(moved, tags)
    if catalog:
        opened.facts(catalog)
    for suite in chosen:
        bind(suite, opened.facts, load_personas())
    return chosen


def _headers(given: Sequence[str]) -> dict[str, str]:
    split = [one.partition(":") for one in given]
    wrong = next(
        (whole for whole, (name, colon, _) in zip(given, split, strict=True) if not (name.strip() and colon)), ""
    )
    if wrong:
        raise SettingsError(f"--header {wrong!r} has no name.", cure="Write it as 'Authorization: Bearer ...'.")
    return {name.strip(): value.strip() for name, _, value in split}


def _run(
    asked: Evaluation, opened: OpenCatalogs, workers: int | None, directory: Path | None, *, fresh: bool
) -> list[Outcome]:
    """Runs behind a progress bar on standard error; Ctrl-C leaves what is done in the directory."""
    progress = RunProgress(Console(stderr=True), directory)
    try:
        with progress.bar:
            return run_evaluation(
                asked,
                opened,
                workers=workers,
                directory=directory,
                fresh=fresh,
                machine=machine(),
                progress=progress.hear,
            )
    except KeyboardInterrupt:
        progress.say_interrupted()
        raise typer.Exit(130) from None


def _opinion(judge: Judge, outcomes: list[Outcome], opened: OpenCatalogs, report: Path | None, seed: int) -> Opinion:
    with Console(stderr=True).status(f"{judge.name} judges {len(outcomes)} conversations"):
        verdicts = judged(outcomes, opened.facts, judge, report)
    return opinion_of(verdicts, outcomes, judge.name, seed)


def find_suites(names: Sequence[str]) -> list[Path]:
    """Paths of the suites: a name without a folder may be one that ships. Raises SuiteError with the nearest name."""
    shipped = {path.stem: path for path in shipped_suites()}
    if not names:
        return list(shipped.values())
    return [Path(name) if Path(name).exists() else shipped.get(name, Path(name)) for name in names]
