"""Runs to keep: with every kind of value, hard names, and many points."""

import numpy as np

from advisor.run import EventKind, Hyperparameter, LogEvent, Role, Run, Series, Trust


def curve(n=20, role=Role.VAL_LOSS, timed=False, name="val_loss"):
    y = np.linspace(2.0, 0.1, n)
    y[3:5] = np.nan, np.inf
    wall = np.arange(n) * 0.1 if timed else None
    return Series(name, y, np.arange(n) * 1.5, np.arange(n) + 7, "epoch", role, True, 0.75, "why", wall)


def example(seed=0):
    return Run(
        source="logs/a.csv",
        series=(
            curve(),
            curve(5, Role.TRAIN_METRIC, timed=True, name="精度"),
            curve(6, Role.OTHER, name="\x1b[2J"),
        ),
        name=f"run {seed}",
        reader="csv",
        hyperparameters=(
            Hyperparameter("--lr", 0.1, "learning_rate", "command line", Trust.COMMAND_LINE),
            Hyperparameter("n", 2**70, None, "x"),
            Hyperparameter("nan", float("inf"), None, "x"),
            Hyperparameter("b", True, None, "x"),
            Hyperparameter("none", None, None, "x"),
            Hyperparameter("'; DROP TABLE runs; --", "bad \udcff bytes", None, "x"),
        ),
        events=(
            LogEvent(EventKind.OUT_OF_MEMORY, "CUDA out of memory", 12, 3),
            LogEvent(EventKind.NOTE, "é"),
        ),
    )


def same(one, other):
    """Whether two runs are the same to the bit."""
    if (one.source, one.name, one.reader, one.hyperparameters, one.events) != (
        other.source, other.name, other.reader, other.hyperparameters, other.events
    ):  # fmt: skip
        return False

    def fields(s):
        wall = None if s.wall_time is None else s.wall_time.tobytes()
        arrays = [(a.dtype, a.tobytes()) for a in (s.y, s.x, s.at)]
        return s.name, s.x_kind, s.role, s.lower_is_better, s.certainty, s.because, wall, arrays

    return [fields(s) for s in one.series] == [fields(s) for s in other.series]


def usable(journal):
    """A journal that does its work for this process."""
    number = journal.add_run("p", example())
    assert same(journal.load_run(number), example())
    journal.set_command("p", ["python"])
    assert journal.command("p") == ("python",)
    return True


def big_example(seed):
    y = np.random.default_rng(seed).normal(size=20_000)
    return Run("big", (Series("loss", y, y, np.arange(y.size)),))
