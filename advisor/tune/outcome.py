"""What a tuning came to: a table of rounds, the best configuration as a diff, the command that repeats it."""

import difflib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.experiment.place import FileSpan
from advisor.experiment.places import search
from advisor.redact import command_line
from advisor.run import Scalar
from advisor.text import Bilingual, clean
from advisor.tune.loop import BASE, shown
from advisor.tune.metric import Metric
from advisor.tune.mirror import make_mirror, set_values
from advisor.tune.reasons import reason_in_both
from advisor.tune.rounds import Rounds

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial


@dataclass(frozen=True)
class Row:
    """One round.

    Attributes:
        number: 0 is the command as it stands.
        value: What it came to; None where it failed.
        changed: Setting, value before, value after; against the best round when it began.
        gain: Share of that round's value that it gained (negative: lost); None where there is none.
        best: Whether it is the best of all.
        note: Why it was tried, and what else happened.
    """

    number: int
    value: float | None
    changed: tuple[tuple[str, Scalar, Scalar], ...]
    gain: float | None
    best: bool
    note: Bilingual


@dataclass(frozen=True)
class Outcome:
    """What a tuning came to.

    Attributes:
        metric: What it was judged by.
        rows: Every round.
        values: The best configuration, by setting.
        command: The command with it, as far as it stands in the command's own words.
        diff: What has to change for it: files and command.
    """

    metric: Metric
    rows: tuple[Row, ...]
    values: dict[str, Scalar]
    command: tuple[str, ...]
    diff: str

    @property
    def is_blind(self) -> bool:
        """Whether the metric tells no round from another: a score that is at its top from the first on."""
        values = [row.value for row in self.rows if row.value is not None]
        return len(values) > 1 and len(set(values)) == 1


def outcome_of(rounds: Rounds) -> Outcome | None:
    """What the rounds so far came to; None where none has a value."""
    context, done = rounds.context, rounds.done()
    valued = [t for t in done if t.value is not None]
    if not valued or context.mode not in ("min", "max"):
        return None
    metric = Metric(context.metric, "min" if context.mode == "min" else "max")
    best = min(valued, key=lambda t: (float(t.value or 0.0), t.number))
    rows, leader, by_number = [], None, {trial.number: trial for trial in done}
    for trial in done:
        base = by_number.get(trial.user_attrs.get(BASE, -1), leader)
        rows.append(_row(rounds.number_of(trial.number), trial, base, best, metric))
        if trial.value is not None and (leader is None or float(trial.value) < float(leader.value or 0.0)):
            leader = trial
    values = {n: v for n, v in best.params.items() if v != done[0].params.get(n)}
    values = {**context.kept, **values}
    command, diff = _diff(values, context.command, Path(context.folder))
    return Outcome(metric, tuple(rows), values, command, diff)


def _row(
    number: int, trial: "FrozenTrial", leader: "FrozenTrial | None", best: "FrozenTrial", metric: Metric
) -> Row:
    value = shown(trial, metric)
    before = None if leader is None else shown(leader, metric)
    base = {} if leader is None else leader.params
    changed = tuple((n, base[n], v) for n, v in trial.params.items() if n in base and base[n] != v)
    gain = None
    if value is not None and before:
        gain = (before - value if metric.mode == "min" else value - before) / abs(before)
    notes = [str(trial.user_attrs.get("reason", "")), "stopped early" * bool(trial.user_attrs.get("early"))]
    told = [reason_in_both(n) for n in (*notes, str(trial.user_attrs.get("fault") or "")) if n]
    note = Bilingual(en="; ".join(n.en for n in told), zh="；".join(n.zh for n in told))
    return Row(number, value, changed, gain, trial.number == best.number, note)


def _diff(values: dict[str, Scalar], command: tuple[str, ...], folder: Path) -> tuple[tuple[str, ...], str]:
    """The command with the values, and the changes to files and command as a diff."""
    scratch = Path(tempfile.mkdtemp(prefix="advisor-"))
    try:
        make_mirror(folder, scratch / "copy", command)
        words = set_values(values, command, scratch / "copy")
        files = {p.where.path for p in search(command, folder).places if isinstance(p.where, FileSpan)}
        parts = [_file_diff(path, folder, scratch / "copy") for path in sorted(files)]
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if words != command:
        parts.append(f"- {command_line(command)}\n+ {command_line(words)}\n")
    return words, "".join(clean(part, max(len(part), 1)) for part in parts)


def _file_diff(path: Path, folder: Path, copy: Path) -> str:
    try:
        label = path.resolve().relative_to(folder.resolve())
        old, new = (p.read_text("utf-8").splitlines(keepends=True) for p in (path, copy / label))
    except (ValueError, OSError, UnicodeDecodeError):
        return ""
    lines = [
        line if line.endswith("\n") else line + "\n"
        for line in difflib.unified_diff(old, new, str(label), str(label))
    ]
    return "".join(lines)


def as_json(outcome: Outcome) -> dict[str, object]:
    """The outcome for scripts."""
    return {
        "metric": outcome.metric.name,
        "mode": outcome.metric.mode,
        "best": next(r.number for r in outcome.rows if r.best),
        "values": outcome.values,
        "command": list(outcome.command),
        "rounds": [
            {
                "round": r.number,
                "value": r.value,
                "gain": r.gain,
                "best": r.best,
                "changed": {n: {"before": a, "after": b} for n, a, b in r.changed},
                "note": r.note.en,
            }
            for r in outcome.rows
        ],
    }
