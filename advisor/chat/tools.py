"""What an agent or a language model may ask of the runs: read, compare, explain, propose; nothing is run.

Every result is plain data, cleaned of control sequences, and holds no free text of a log.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.advice.assessment import Assessment
from advisor.advice.rounding import as_number
from advisor.chat import facts
from advisor.chat.explain import explain, suggestions
from advisor.chat.settings import Op, Setting, impossible
from advisor.chat.staging import Edit
from advisor.errors import AdvisorError, UsageError
from advisor.journal.told import kept_roles
from advisor.report.as_json import assessment_data, finite
from advisor.report.parts import change_sentence
from advisor.run import Run, Scalar
from advisor.text import clean
from advisor.vocabulary import hyperparameter_role, hyperparameter_roles, role_title

if TYPE_CHECKING:
    from advisor.session import Session

MOST_POINTS = 200
_MOST_RUNS = 50
_LONGEST = 2_000
_WORDS = frozenset(
    {
        "optimizer",
        "scheduler",
        "activation",
        "normalisation",
        "initialisation",
        "data_augmentation",
        "loss",
        "precision",
    }
)
"""Hyperparameters whose value may be a word; every other is a finite number."""


class Tools:
    """The questions that may be asked about a session's runs.

    Args:
        session: What is open.
        paths: Logs and folders to read; they are read again when one of their logs has changed.
        as_open: Speak of what the session has open, as it was read.

    Attributes:
        staged: What was staged and is written nowhere, oldest first.
    """

    def __init__(self, session: "Session", paths: Sequence[str] = (), *, as_open: bool = False) -> None:
        self._session = session
        self._as_open = as_open
        self._paths = tuple(paths)
        self._stamp: tuple[object, ...] = ()
        self.staged: list[Edit] = []

    def list_runs(self) -> dict[str, Any]:
        """The open runs and those that the journal of this project remembers, with the best value of each."""
        self._stamp = ()
        opened = [_line(item.run) for item in self._assessed()]
        rows = self._session.history_told(_MOST_RUNS)
        remembered = [
            {"run": str(row.id), "source": row.source, "changes": list(row.changes), "summary": row.summary}
            for row in rows
        ]
        return _cleaned({"open": opened, "remembered": remembered})

    def summarize(self, run: str = "") -> dict[str, Any]:
        """A run in a few sentences: verdict, best and last values, hyperparameters, curves."""
        item = self._named(run)
        data = assessment_data(item, self._session.language)
        verdict = facts.verdict(item)
        return _cleaned(
            {
                "run": facts.run_name(item.run),
                "source": item.run.source,
                "verdict": None if verdict is None else verdict.title.in_(self._session.language),
                "sentences": facts.summary(item, self._session.language),
                "notes": facts.suspicious_lines(item.run, self._session.language),
                "hyperparameters": data["hyperparameters"],
                "series": data["series"],
            }
        )

    def findings(self, run: str = "") -> dict[str, Any]:
        """What was found in a run, each with its probability, evidence and changes; what was not checked."""
        data = assessment_data(self._named(run), self._session.language)
        return _cleaned({key: data[key] for key in ("source", "findings", "unchecked")})

    def series(
        self, metric: str, run: str = "", start: float | None = None, end: float | None = None
    ) -> dict[str, Any]:
        """Points of one curve between two steps or epochs, at most `MOST_POINTS`, thinned evenly.

        Raises:
            UsageError: the run has no such curve; names those it has.
        """
        import numpy as np

        found = self._named(run).run
        series = facts.find_series(found, metric)
        if series is None:
            names = ", ".join(facts.name(curve) for curve in found.series[:20])
            raise UsageError(f"The run has no curve '{clean(metric, 60)}'.", f"It has {names}.")
        inside = (series.x >= (-math.inf if start is None else start)) & (
            series.x <= (math.inf if end is None else end)
        )
        index = np.flatnonzero(inside)
        shown = index
        if len(index) > MOST_POINTS:
            shown = index[np.unique(np.linspace(0, len(index) - 1, MOST_POINTS).round().astype(int))]
        points = [[finite(series.x[i]), finite(series.y[i])] for i in shown]
        return _cleaned(
            {
                "name": series.name,
                "role": series.role.value,
                "x": series.x_kind,
                "lower_is_better": series.lower_is_better,
                "points_in_range": len(index),
                "points": points,
            }
        )

    def compare(self, before: str, after: str) -> dict[str, Any]:
        """Whether one run is better than another by more than noise, and which settings differ.

        Raises:
            UsageError: one of them is not known.
        """
        from advisor.experiment.compare import compare

        told = compare(self._named(before).run, self._named(after).run)
        differing = {d.name: [d.before, d.after] for d in told.configuration}
        return _cleaned(
            {
                "verdict": told.verdict,
                "metric": told.metric,
                "before": told.before,
                "after": told.after,
                "noise": told.noise,
                "differing": differing,
                "sentence": told.sentence.in_(self._session.language),
            }
        )

    def explain(self, name: str, run: str = "") -> dict[str, Any]:
        """What a concept, rule, signal or hyperparameter means, with the run's own figures.

        Raises:
            UsageError: nothing is known by that name; names what is near.
        """
        item = self._named(run) if run or self._assessed() else None
        page = explain(name, self._session.language, item)
        if page is None:
            near = ", ".join(suggestions(name, self._session.language))
            raise UsageError(f"Nothing is known by the name '{clean(name, 60)}'.", near and f"Near: {near}.")
        return _cleaned({"title": page.title, "page": page.plain(100)})

    def proposals(self, run: str = "") -> dict[str, Any]:
        """The ranked changes for a run, and what the user wants left alone."""
        kept = kept_roles(self._session.told)
        changes = [c for c in self._named(run).changes if c.hyperparameter not in kept]
        listed = [
            {
                "number": change.number,
                "hyperparameter": change.hyperparameter,
                "name": change.name,
                "from": change.before,
                "to": change.after,
                "factor": change.factor,
                "text": change_sentence(change, self._session.language),
                "finding": change.finding.code,
                "cost": change.cost,
            }
            for change in changes
        ]
        return _cleaned({"proposals": listed, "kept": sorted(kept)})

    def propose_change(
        self, hyperparameter: str, op: Op, value: float | str, run: str = ""
    ) -> dict[str, Any]:
        """Whether a change is possible, what it comes to, and the edit it would be; nothing is written.

        Raises:
            UsageError: no such hyperparameter, or it cannot take that value.
        """
        edit = self._edit(hyperparameter, op, value, run)
        return _cleaned({"change": edit.headline, **_edit_data(edit), "diff": self._diff(edit)})

    def stage_change(self, hyperparameter: str, op: Op, value: float | str, run: str = "") -> dict[str, Any]:
        """Note a change for the user to see; it is written nowhere and nothing is started.

        Raises:
            UsageError: no such hyperparameter, it cannot take that value, or the user wants it left alone.
        """
        edit = self._edit(hyperparameter, op, value, run)
        if edit.role in kept_roles(self._session.told):
            raise UsageError(
                f"The user wants {edit.name} left alone.", "'advisor chat': `free NAME` lifts that."
            )
        self.staged.append(edit)
        return _cleaned(
            {
                "staged": [item.headline for item in self.staged],
                "diff": self._diff(edit),
                "next": f"The user applies it with: advisor set {edit.name} {edit.after}",
            }
        )

    def _edit(self, name: str, op: Op, value: float | str, run: str) -> Edit:
        role = hyperparameter_role(name) or (name if name in hyperparameter_roles() else None)
        if role is None:
            raise UsageError(
                f"No hyperparameter is called '{clean(name, 60)}'.", "For example learning_rate."
            )
        number = as_number(value)
        if number is None and (role not in _WORDS or op != "set" or not isinstance(value, str)):
            # Text such as 'inf' or '1e999' would otherwise pass for the name of a choice.
            raise UsageError(
                f"'{clean(str(value), 60)}' is no value for the {role_title(role).en}.",
                "It has to be a finite number.",
            )
        known = facts.known(self._named(run).run, role) if run or self._assessed() else None
        after = Setting(role, op, value if number is None else number).after(known.number if known else None)
        if after is None:
            title = role_title(role).en
            raise UsageError(
                f"The present {title} is not known, so '{op}' cannot be worked out.", "Use 'set'."
            )
        refused = impossible(role, after)
        if refused is not None:
            raise UsageError(f"{role_title(role).en}: {refused.en}.", "")
        before: Scalar = None if known is None else known.value if known.number is None else known.number
        return Edit(role if known is None else known.name, before, after)

    def _diff(self, edit: Edit) -> str | None:
        """The edit of the file or command; None where none is known or it stands nowhere."""
        after = edit.after if isinstance(edit.after, str) else f"{edit.after:.12g}"
        try:
            return self._session.plan_value(edit.role or edit.name, after).diff
        except AdvisorError:
            return None

    def _named(self, name: str) -> Assessment:
        """A run by its name, its path as opened, or its number in the journal; the last one for no name.

        Raises:
            UsageError: there is none.
        """
        items = self._assessed()
        if not name:
            last = items[-1] if items else self._session.remembered()
            if last is None:
                raise UsageError(
                    "No run is open or remembered.", "Start 'advisor mcp' with the path of a log."
                )
            return last
        found = [item for item in items if facts.is_called(item.run, name) or item.run.source == name]
        if found:
            return found[-1]
        if name.isdecimal() and int(name) in {row.id for row in self._session.history(_MOST_RUNS)}:
            return self._session.assessed(int(name))
        raise UsageError(f"No run is called '{clean(name, 60)}'.", "list_runs names them.")

    def _assessed(self) -> list[Assessment]:
        """The open runs; their logs are read again where one has changed."""
        stamp = tuple(_stamp(item.run.source) for item in self._session.assessments)
        if self._paths and (not stamp or stamp != self._stamp):
            self._session.look(self._paths)
            self._stamp = tuple(_stamp(item.run.source) for item in self._session.assessments)
        return self._session.assessments if self._paths or self._as_open else []


def _line(run: Run) -> dict[str, Any]:
    series = facts.verdict_series(run)
    best = None if series is None else facts.best_index(series)
    value = None if series is None or best is None else finite(series.y[best])
    return {
        "run": facts.run_name(run),
        "source": run.source,
        "metric": None if series is None else series.name,
        "best": value,
        "at": None if series is None or best is None else finite(series.x[best]),
        "points": 0 if series is None else len(series),
    }


def _edit_data(edit: Edit) -> dict[str, Any]:
    return {"name": edit.name, "hyperparameter": edit.role, "from": edit.before, "to": edit.after}


def _stamp(source: str) -> tuple[int, int] | None:
    try:
        told = Path(source).stat()
    except (OSError, ValueError):
        return None
    return told.st_size, told.st_mtime_ns


def _cleaned(data: Mapping[str, Any]) -> dict[str, Any]:
    """Plain data with every text cleaned, and non-finite numbers as words, as in the JSON reports."""
    return {clean(str(key), 200): _clean_value(value) for key, value in data.items()}


def _clean_value(data: Any) -> Any:
    if isinstance(data, Mapping):
        return _cleaned(data)
    if isinstance(data, str):
        return clean(data, _LONGEST)
    if isinstance(data, Sequence):
        return [_clean_value(value) for value in data]
    return finite(data) if isinstance(data, float) else data
