"""The data card of a corpus, generated from what it holds."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from advisor.corpus.datasets import SOURCES
from advisor.corpus.shards import Row, rows

_TEXT = """\
# Data card: counterfactual trainings

**What.** {rows} trainings of small nets in {shards} structures: {bases} base runs ({second} of them the best
rerun of another), {reruns} reruns with one thing changed, {pairs} with two or more, {advised} with what the
rules proposed. A base has seeds 0 to 2, a rerun seeds 0 and 1; equal seeds are paired.

**How.** `python -m advisor.corpus build`: data set, structure, base settings and changes are drawn from the
seed of the corpus and the number of the shard, so that the same seed makes the same corpus; only what the
rules proposed follows the rules of the day. Two bases in five are near sensible values, the others far off in
one to three of them. Outcomes are means over the last three epochs on a test set that no curve shows.

**Data.** {datasets} data sets. Generated ones are pure functions of a seed; the bundled ones (iris, wine,
breast_cancer, digits, diabetes) come with scikit-learn (BSD 3-clause), which takes them from the UCI
repository and, diabetes, from Efron et al., 2004. No personal data beside these public tables.

**Limits.** Small samples, small nets, at most {epochs} epochs: what holds here need not hold for
large models.

| kind of net | base runs |
| --- | --- |
{nets}

| data set | origin | base runs |
| --- | --- | --- |
{data}
"""


def card_of(folder: Path) -> str:
    """The card of the corpus in a folder, as Markdown.

    Raises:
        FileNotFoundError: there is none.
    """
    every = list(rows(folder))
    bases = [r for r in every if r.place.change == "base" and r.setting.seed == 0]
    changed = [r.place.change for r in every if r.place.change != "base"]
    advised = sum(name.startswith("advised_") for name in changed)
    pairs = sum("+" in name or name == "reset" for name in changed)
    nets = Counter(r.setting.shape.net for r in bases)
    data = Counter(r.setting.shape.conditions.data for r in bases)
    return _TEXT.format(
        rows=len(every),
        shards=len({r.shard for r in every}),
        bases=len(bases),
        second=sum(r.place.round == 2 for r in bases),
        reruns=len(changed) - advised - pairs,
        pairs=pairs,
        advised=advised,
        datasets=len(data),
        epochs=_longest(every),
        nets="\n".join(f"| {net} | {n} |" for net, n in nets.most_common()),
        data="\n".join(f"| {name} | {SOURCES[name].origin} | {n} |" for name, n in sorted(data.items())),
    )


def _longest(every: Iterable[Row]) -> int:
    return max(r.setting.shape.epochs for r in every)
