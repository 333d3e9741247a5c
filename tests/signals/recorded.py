"""What every signal is on drawn runs and on the sample logs; `python -m tests.signals.recorded` writes it.

The learned parts that ship were fitted on these very numbers: a signal that comes to mean something else
makes them wrong without a word. So `recorded.csv` holds a row for each signal and a column for each run, and
a change that is meant shows there, signal by signal. Whoever writes it anew fits the learned parts anew.
"""

import csv
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

import numpy as np
import yaml

from advisor.readers import read_paths
from advisor.run import EventKind, Hyperparameter, LogEvent, Role, Run, Series
from advisor.signals import GLOSSARY, measure
from advisor.signals.perplexity import with_losses
from advisor.vocabulary.data import load

TABLE = Path(__file__).with_name("recorded.csv")
SAMPLES = Path(__file__).parents[2] / "sample_logs"
HEADER = ("signal", "unit", "low", "high", "raw")
DRAWN = 140
LONG = 3_000
# Around each number of points at which a signal begins to be measured or is measured in another way.
SIZES = (*range(1, 17), 20, 24, 30, 48, 63, 64, 65, 80, 100, 130, 512, 513, 700, 1_100, 3_000, 70_000)
NAMES = {
    Role.TRAIN_LOSS: ("loss", "train_loss", "cross_entropy", "mse"),
    Role.VAL_LOSS: ("val_loss", "eval/nll"),
    Role.TRAIN_METRIC: ("accuracy", "train_auc", "r2"),
    Role.VAL_METRIC: ("val_accuracy", "val_r2", "wer", "ep_rew_mean", "psnr"),
    Role.LEARNING_RATE: ("lr",),
    Role.GRAD_NORM: ("grad_norm",),
    Role.THROUGHPUT: ("samples_per_second",),
}
LOWER = {"wer", "mse"}
SETTINGS = {
    "optimizer": ("AdamW", "SGD", "adam", "mine"), "loss": ("mse", "cross_entropy"), "epochs": (10, 40),
    "max_steps": (100, 5_000), "classes": (3, 10), "gradient_clipping": (0.5, 1.0),
    "learning_rate": (0.1, 3.0),
}  # fmt: skip
NUMBERS = (0.0, 0.001, 0.5, 8)
SAID = (
    "RuntimeWarning: overflow encountered; DataLoader worker is killed by signal: Killed.",
    "Detected call of `lr_scheduler.step()` before `optimizer.step()`.",
    "UndefinedMetricWarning: using a target size that is different to the input size",
    "ConvergenceWarning: ran out of data; No gradients provided; this may create a bottleneck",
)
ERRORS = ("ValueError: shapes", "KeyboardInterrupt")


def _fall(t: float, _: Random) -> float:
    return math.exp(-6 * t) + 0.2


def _slow_fall(t: float, _: Random) -> float:
    return 2 * math.exp(-1.8 * t) + 0.4


def _power(t: float, _: Random) -> float:
    return 0.3 + 0.5 / (0.02 + t) ** 0.9


def _overfit(t: float, _: Random) -> float:
    return math.exp(-8 * t) + 0.3 + max(0.0, t - 0.4)


def _stairs(t: float, _: Random) -> float:
    return 2.0 - (t > 0.3) - 0.5 * (t > 0.7)


def _swing(t: float, _: Random) -> float:
    return 1.5 + math.sin(60 * t) - 0.5 * t


def _chance(_: float, random: Random) -> float:
    return math.log(random.choice((2, 10, 10, 10)))


def _diverge(t: float, _: Random) -> float:
    return 1.0 - t + 10.0 ** (6 * t - 4)


def _warm_up(t: float, _: Random) -> float:
    return 0.1 * min(1.0, 8 * t) * (1.0 - 0.9 * (t > 0.5))


def _cycle(t: float, _: Random) -> float:
    return 0.05 * (1.001 + math.cos(25 * t))


def _flat(_: float, __: Random) -> float:
    return 0.7


Shape = Callable[[float, Random], float]
FALLING: tuple[Shape, ...] = (
    _fall,
    _slow_fall,
    _slow_fall,
    _power,
    _overfit,
    _stairs,
    _swing,
    _chance,
    _diverge,
    _flat,
)
RATES: tuple[Shape, ...] = (_flat, _warm_up, _cycle, _stairs, _fall)


def runs() -> dict[str, Run]:
    """Every run by the name of its column."""
    drawn = {f"drawn-{number}": drawn_run(Random(number)) for number in range(DRAWN)}
    return drawn | dict(_sample_runs())


def _sample_runs() -> Iterator[tuple[str, Run]]:
    for file in sorted(SAMPLES.glob("*/expected.yaml")):
        log = yaml.safe_load(file.read_text("utf-8"))["log"]
        (run,) = read_paths([str(file.parent / log)])
        yield file.parent.name, with_losses(run)


def drawn_run(random: Random) -> Run:
    """A run of any roles, shapes, lengths, gaps, settings and messages.

    Drawn by `Random.random` and what is made of it alone, which are the same in every version of Python.
    """
    size = random.choice(SIZES)
    series = [
        _series(role, random.choice(names), size, random)
        for role, names in NAMES.items()
        if random.random() < 0.75 or role == Role.TRAIN_LOSS
    ]
    series += _beside(size, random)
    stated = [name.removeprefix("hyper.") for name in GLOSSARY if name.startswith("hyper.")]
    chosen = [
        Hyperparameter(name, random.choice(SETTINGS.get(name, NUMBERS)), name, "drawn")
        for name in dict.fromkeys((*SETTINGS, *stated))
        if random.random() < 0.3
    ]
    return Run("drawn", tuple(series), hyperparameters=tuple(chosen), events=tuple(_events(size, random)))


def _series(role: Role, name: str, size: int, random: Random) -> Series:
    """One curve; a validation is sometimes read once in ten points, and only a training loss is very long."""
    every = 1 if role == Role.TRAIN_LOSS else -(-size // LONG)
    if role in (Role.VAL_LOSS, Role.VAL_METRIC) and size >= 60 and random.random() < 0.5:
        every *= 10
    at = np.arange(every - 1, size, every)
    shape = random.choice(RATES if role == Role.LEARNING_RATE else FALLING)
    clean = role == Role.LEARNING_RATE or random.random() < 0.4
    noise = 0.0 if clean else random.choice((0.001, 0.01, 0.1, 0.5))
    y = np.array([shape(place / max(1, size - 1), random) + noise * _normal(random) for place in at])
    lower: bool | None = None
    if role in (Role.TRAIN_METRIC, Role.VAL_METRIC):
        lower = name in LOWER if random.random() < 0.85 else None
        y = y if lower else (1.0 - 0.5 * y) * random.choice((1.0, 1.0, 100.0))
    elif role in (Role.TRAIN_LOSS, Role.VAL_LOSS):
        lower = True
        y = y * random.choice((1.0, 1.0, 1.0, 1e-5, 1e4))
    y = np.round(y, random.choice((0, 1, 2, 4, 8, 8, 8)))
    if not clean:
        _wound(y, random)
    return Series(
        name,
        y,
        (at + 1.0) * random.choice((1, 50)),
        at.astype(np.int64),
        x_kind="epoch" if random.random() < 0.5 else "step",
        role=role,
        lower_is_better=lower,
        wall_time=_times(at.size, random) if random.random() < 0.4 else None,
    )


def _normal(random: Random) -> float:
    return sum(random.random() for _ in range(3)) * 2 - 3


def _wound(y: np.ndarray, random: Random) -> None:
    """Spikes, NaN and infinities, in place."""
    for wild in (20.0, 1e7, math.nan, math.inf, 0.0):
        if random.random() < 0.12:
            y[int(random.random() * y.size)] = wild
    if random.random() < 0.05:
        y[-max(1, y.size // 4) :] = math.nan


def _times(size: int, random: Random) -> np.ndarray:
    seconds = np.array([1 + random.random() for _ in range(size)])
    if random.random() < 0.5:
        seconds[size // 2 :] *= 3
    if random.random() < 0.5:
        seconds[size // 3] = 400
    return np.cumsum(seconds)


def _beside(size: int, random: Random) -> Iterator[Series]:
    """Curves of side quantities and layers, and figures of a probe."""
    sides = [name for names in load("side.yaml", dict[str, tuple[str, ...]]).values() for name in names[:1]]
    names = [name for name in sides if random.random() < 0.3]
    if random.random() < 0.3:
        names += [f"grad_norm/layer{layer}" for layer in range(int(random.random() * 6))]
    for name in names:
        yield _other(name, [random.choice((0.0, 1.0, 4.0)) * random.random() for _ in range(min(size, LONG))])
    if random.random() < 0.4:
        figures = [name.removeprefix("probe.") for name in GLOSSARY if name.startswith("probe.")]
        for name in figures:
            if random.random() < 0.5:
                yield _other(f"probe/{name}", [round(2 * random.random(), 3)])


def _other(name: str, values: Sequence[float]) -> Series:
    places = np.arange(len(values))
    return Series(name, np.asarray(values, dtype=np.float64), places * 1.0, places)


def _events(size: int, random: Random) -> Iterator[LogEvent]:
    for kind in EventKind:
        if random.random() < 0.25:
            said = random.choice(ERRORS) if kind == EventKind.TRACEBACK else random.choice(SAID)
            text = "Saving the final model." if kind == EventKind.CHECKPOINT else said
            line = size + int(random.random() * 4) - 1
            yield LogEvent(kind, text, line, count=1 + int(random.random() * 3))


def table() -> list[list[str]]:
    """The header, and a row for each signal; empty where a signal is absent."""
    measured = {name: measure(run) for name, run in runs().items()}
    rows = [[*HEADER, *measured]]
    for name, entry in sorted(GLOSSARY.items()):
        about = [name, entry.unit, f"{entry.low:.6g}", f"{entry.high:.6g}", str(entry.raw).lower()]
        rows.append(
            about + [f"{signals[name]:.6g}" if name in signals else "" for signals in measured.values()]
        )
    return rows


def main() -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(table())


if __name__ == "__main__":
    main()
