"""How many curves of the real logs are read exactly: n, first, last, min and argmin, all five.

    python -m tests.measure reading [--logs DIR] [--list]

For each case of `manifest.json` the named log is read, and the run that matches most of the case's series is
taken (the manifest describes one main run of the file). A series of ours stands for one of the manifest where
its name is the same once case and punctuation are left out, or differs by a prefix or suffix at a word
(`val/bbox_mAP` and `bbox_mAP`), and where all five figures are equal; each of ours is used once. Chinese
names are compared in English, and long forms in their short ones (`Validation perplexity` and `valid/ppl`).
Numbers must be equal to the last bit but one (relative 1e-9), NaN to NaN.

Some truth series go through several trainings of one file, which we keep apart. Where the curves of our runs,
put one after the other, give such a series to all five figures, it is counted by itself, as read exactly but
kept apart. x is compared too, at three points; it may rightly differ: the manifest has what is printed (a
batch that starts over) or a row, we count batches through the epochs and take what the curves share.
"""

import argparse
import json
import math
import re
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np

from advisor.errors import UnreadableError
from advisor.readers import read_paths
from advisor.run import Run, Series

LOGS = Path(__file__).resolve().parents[2] / "../shared/logs"

# What the readers of this version are for; the others of the manifest are counted for comparison only.
COVERED = {
    "algoperf-csv", "wandb-history-csv", "yolo-results", "yolov5-results", "lightning-csv", "keras-csv",
    "baselines-progress-csv", "sb3-monitor-csv", "dvclive-tsv", "catboost-tsv", "detectron2-json",
    "deit-jsonl", "llamafactory-jsonl", "mmengine-scalars", "hf-trainer-state", "tfevents", "keras-console",
    "nanogpt-console", "llmc-log", "speedrun-log", "hf-console", "u2net-results",
}  # fmt: skip
# Not to be read as a curve at all: a table of runs, a pointer file, a file without data.
NO_CURVE = {"wandb-runs-table", "lfs-pointer"}


_PLACES = ("x_first", "x_last", "argmin_x")
_ENGLISH = {"学习率": "lr", "损失": "loss", "准确率": "acc"}
_SHORT = {"validation": "valid", "val": "valid", "perplexity": "ppl", "accuracy": "acc"}


def words(name: str) -> tuple[str, ...]:
    for chinese, english in _ENGLISH.items():
        name = name.replace(chinese, f" {english} ")
    return tuple(_SHORT.get(word, word) for word in re.findall(r"[a-z0-9]+", name.lower()))


def same_name(ours: str, theirs: str) -> bool:
    a, b = words(ours), words(theirs)
    short, long = sorted((a, b), key=len)
    return bool(short) and (long[: len(short)] == short or long[len(long) - len(short) :] == short)


def same_number(ours: float, theirs: float | str | None) -> bool:
    if theirs is None:
        return math.isnan(ours)
    other = float(theirs)
    return (math.isnan(ours) and math.isnan(other)) or math.isclose(ours, other, rel_tol=1e-9, abs_tol=0)


def exact(ours: Series, theirs: dict) -> bool:
    got = ours.summary()
    return (
        got.n == theirs["n"]
        and same_number(got.first, theirs["first"])
        and same_number(got.last, theirs["last"])
        and same_number(got.min, theirs["min"])
        and got.argmin == theirs["argmin"]
    )


def same_places(ours: Series, theirs: dict) -> bool:
    """Whether x is what the manifest says at the first point, the last one and the least."""
    at = (0, -1, theirs["argmin"] or 0)
    return all(same_number(float(ours.x[i]), theirs[k]) for i, k in zip(at, _PLACES, strict=True))


def matched(run: Run, truth: dict[str, dict]) -> dict[str, Series]:
    """The curves of the run that read one in the truth exactly, by its name; equal names go first."""
    free = list(run.series)
    found: dict[str, Series] = {}
    for alike in (lambda a, b: words(a) == words(b), same_name):
        for name, figures in truth.items():
            if name in found:
                continue
            hit = next((s for s in free if alike(s.name, name) and exact(s, figures)), None)
            if hit is not None:
                free.remove(hit)
                found[name] = hit
    return found


def joined(runs: list[Run]) -> Run:
    """One run whose curves are those of all, one after the other."""
    parts: dict[str, list[Series]] = defaultdict(list)
    for run in runs:
        for series in run:
            parts[series.name].append(series)
    return replace(
        runs[0],
        series=tuple(
            replace(
                some[0],
                y=np.concatenate([s.y for s in some]),
                x=np.concatenate([s.x for s in some]),
                at=np.concatenate([s.at for s in some]),
                wall_time=None,
            )
            for some in parts.values()
        ),
    )


def read_case(case: dict, logs: Path) -> tuple[dict[str, Series], set[str], str]:
    """The series of one case that are read exactly, those kept apart, and what read it or why nothing did."""
    truth = case["truth"]["series"]
    try:
        runs = read_paths([str(logs / case["id"] / case["log"])])
    except UnreadableError as error:
        return {}, set(), f"unreadable: {error.what}"
    best = max((matched(run, truth) for run in runs), key=len)
    apart = matched(joined(runs), truth).keys() - best.keys() if len(runs) > 1 else set()
    return best, apart, runs[0].reader


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="reading", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--logs", type=Path, default=LOGS)
    parser.add_argument("--list", action="store_true", help="name each series that is not read exactly")
    options = parser.parse_args(arguments)
    manifest = options.logs / "manifest.json"
    if not manifest.is_file():
        print(f"no manifest.json in {options.logs}", file=sys.stderr)
        return 2
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    crashes = []
    kept_apart = placed = 0
    readers: dict[str, set[str]] = defaultdict(set)
    for case in json.loads(manifest.read_text("utf-8")):
        form, truth = case["format"], case["truth"]["series"]
        try:
            found, apart, reader = read_case(case, options.logs)
        except Exception as error:
            crashes.append(f"{case['id']}: {type(error).__name__}: {error}")
            found, apart, reader = {}, set(), "CRASH"
        if form in NO_CURVE or not truth:
            refused = reader.startswith("unreadable")
            print(f"{case['id']}: {'rightly refused' if refused else 'READ BY ' + reader} ({form})")
            continue
        count = totals[form]
        count[0] += 1
        count[1] += len(found)
        count[2] += len(truth)
        readers[form].add(reader.split(":")[0])
        kept_apart += len(apart)
        elsewhere = [name for name, ours in found.items() if not same_places(ours, truth[name])]
        placed += len(found) - len(elsewhere)
        if options.list:
            tell_elsewhere(case["id"], elsewhere, found, truth)
            tell_missing(case["id"], reader, [name for name in truth if name not in apart], found)
    report(totals, readers)
    report_places(totals, kept_apart, placed)
    print(*(f"CRASH {crash}" for crash in crashes), f"crashes: {len(crashes)}", sep="\n")
    return 1 if crashes else 0


def tell_elsewhere(case: str, elsewhere: list[str], found: dict[str, Series], truth: dict[str, dict]) -> None:
    """The first of the series that are read with another x than the manifest has."""
    if elsewhere:
        ours, theirs = found[elsewhere[0]], truth[elsewhere[0]]
        told = f"{elsewhere[0]} {ours.x_kind} {ours.x[0]:g} to {ours.x[-1]:g}"
        printed = f"in the manifest {theirs['x_first']} to {theirs['x_last']}"
        print(f"{case}: {len(elsewhere)} with another x; {told}, {printed}")


def tell_missing(case: str, reader: str, wanted: list[str], found: dict[str, Series]) -> None:
    missing = [name for name in wanted if name not in found]
    if missing:
        print(f"{case} ({reader}): {len(found)} found; not {', '.join(missing)[:200]}")


def report_places(totals: dict[str, list[int]], kept_apart: int, placed: int) -> None:
    good, all_ = (sum(count[i] for count in totals.values()) for i in (1, 2))
    share = (good + kept_apart) / max(all_, 1)
    print(f"and {kept_apart} more exactly in trainings that are kept apart: {share:.1%}")
    print(f"{placed} of the {good} with x as the manifest has it, at the first, the last and the least point")


def report(totals: dict[str, list[int]], readers: dict[str, set[str]]) -> None:
    for covered in (True, False):
        chosen = {form: count for form, count in totals.items() if (form in COVERED) == covered}
        print("formats of the readers here:" if covered else "\nother formats:")
        for form, (cases, good, all_) in sorted(chosen.items()):
            print(f"  {form:26} {good:4} of {all_:4} in {cases:2}  {', '.join(sorted(readers[form]))}")
        good, all_ = (sum(count[i] for count in chosen.values()) for i in (1, 2))
        print(f"  {'together':26} {good:4} of {all_:4}  {good / max(all_, 1):.1%}")
    good, all_ = (sum(count[i] for count in totals.values()) for i in (1, 2))
    print(f"\nall: {good} of {all_} series read exactly, {good / max(all_, 1):.1%}")
