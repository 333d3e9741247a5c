"""What a tuning came to, written into the journal: `compare` shows its start beside its best round."""

from pathlib import Path

from advisor.experiment.compare import compare
from advisor.journal import Journal
from advisor.journal.folder import project_of
from advisor.journal.trials import start_of
from advisor.tune.outcome import Outcome
from advisor.tune.rounds import Context

_LOOKED_AT = 2_000


def remember_best(context: Context, outcome: Outcome) -> None:
    """Remember how the best rerun compares with the start, by the metric that tunings are judged by.

    Nothing is remembered where the runs are not, as in a journal that cannot be written.
    """
    reruns = [row for row in outcome.rows if row.number and row.value is not None]
    if not reruns:
        return
    sign = 1 if outcome.metric.mode == "min" else -1
    best = min(reruns, key=lambda row: sign * (row.value or 0.0))
    with Journal.open(Path(context.journal) if context.journal else None) as journal:
        rows = journal.runs(str(project_of(Path(context.folder))), _LOOKED_AT)
        after = next((row for row in rows if row.round == best.number), None)
        before = None if after is None else start_of(journal, after)
        if after is not None and before is not None:
            runs = journal.load_run(before), journal.load_run(after.id)
            journal.add_outcome(before, after.id, compare(*runs))
