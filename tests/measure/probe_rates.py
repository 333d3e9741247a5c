"""How good the learning rate of a probe is: full trainings at it, beside a fine grid and other finders.

    python -m tests.measure probe_rates [--seed 2 --seed 3] [--only NAME]... [--write]

The race was designed on seed 0 of the built-in tasks, their variants, and three of the models of other kinds
(probe_models.py: batch norm, one-dimensional convolutional, LSTM); by default other seeds are measured. Where
torch-lr-finder or Lightning can be imported, their suggestions are trained too. Full trainings are kept in
the user's cache folder, so that a second run is quick. With `--write` the figures go into probe_rates.json:
the README's table is made of them.
"""

import argparse
import importlib.util
import json
import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import platformdirs
import torch

from advisor.errors import AdvisorError
from advisor.probe import Probe
from advisor.probe.check import chosen_checks
from advisor.probe.outcome import Outcome
from advisor.probe.running import run_checks
from advisor.probe.target import load_target
from tests.measure import probe_models
from tests.measure.probe_table import OURS, PER_DECADE, Cell, table, write

_NOWHERE_NEAR = 1.25
_DESIGN_SEED = 0
TASKS: dict[str, tuple[str, dict]] = {
    "dense, Adam": ("digits", {"epochs": 10}),
    "convolutional, Adam": ("digits-cnn", {"epochs": 6, "channels": 8}),
    "regression, SGD": ("regression", {"epochs": 15}),
    "recurrent, Adam": ("sequence-rnn", {"epochs": 12, "hidden": 24}),
    "attention, AdamW": ("sequence-transformer", {"epochs": 12, "width": 16}),
    "characters, Adam": ("characters", {"epochs": 1, "hidden": 32}),
}
VARIANTS: dict[str, tuple[str, dict]] = {
    "dense, SGD": ("digits", {"epochs": 10, "optimizer": "sgd", "lr": 0.05}),
    "dense 16, AdamW": ("digits", {"epochs": 10, "optimizer": "adamw", "hidden": 16, "weight_decay": 0.1}),
    "dense 512, dropout": ("digits", {"epochs": 8, "hidden": 512, "dropout": 0.3}),
    "convolutional, SGD": ("digits-cnn", {"epochs": 6, "channels": 8, "optimizer": "sgd", "lr": 0.05}),
    "regression, Adam": ("regression", {"epochs": 15, "optimizer": "adam", "lr": 0.001}),
    "regression 256, AdamW": ("regression", {"epochs": 12, "optimizer": "adamw", "lr": 0.001, "hidden": 256}),
}
FURTHER = {
    name: (f"{probe_models.__name__}:{make.__name__}", {}) for name, make in probe_models.FURTHER.items()
}
MODELS = TASKS | VARIANTS | FURTHER


def full_training(name: str, rate: float, seed: int) -> float:
    """Best validation loss of a training at `rate`; infinite where it never was finite."""
    kept = _Kept()
    key = f"{name} {rate:.6g} {seed} {MODELS[name]}"
    if key not in kept:
        kept[key] = _trained(made(name, seed, rate))
    return kept[key]


class _Kept(dict):
    """Losses of full trainings by what was trained, in a file."""

    def __init__(self) -> None:
        self._path = Path(platformdirs.user_cache_dir("tuning-advisor")) / "rates.json"
        super().__init__(json.loads(self._path.read_text()) if self._path.exists() else {})

    def __setitem__(self, key: str, value: float) -> None:
        super().__setitem__(key, value)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(self))


def made(name: str, seed: int, rate: float | None = None) -> Probe:
    """The training of that name as it begins; at its own learning rate where none is given."""
    task, settings = MODELS[name]
    return load_target(task, {**settings, "seed": seed, **({} if rate is None else {"lr": rate})})


def _trained(probe: Probe) -> float:
    best, done = math.inf, 0
    while done < probe.steps:
        for x, y in probe.train_loader:
            probe.optimizer.zero_grad()
            loss = probe.loss(probe.model(x), y)
            loss.backward()
            probe.optimizer.step()
            done += 1
        if not torch.isfinite(loss):
            break
        best = min(best, _validation(probe))
    return best


def _validation(probe: Probe) -> float:
    probe.model.eval()
    with torch.no_grad():
        parts = [(float(probe.loss(probe.model(x), y)), len(x)) for x, y in probe.val_loader]
    probe.model.train()
    loss = sum(loss * size for loss, size in parts) / sum(size for _, size in parts)
    return loss if math.isfinite(loss) else math.inf


def by_probe(name: str, seed: int) -> dict[str, float]:
    """What `advisor probe` says of the learning rate."""
    outcome = Outcome(name)
    run_checks(made(name, seed), chosen_checks(["learning-rate"]), 1000, seed, outcome.take)
    return outcome.figures


def by_torch_lr_finder(name: str, seed: int) -> float | None:
    """torch-lr-finder's steepest gradient, at its defaults of 100 steps up to a rate of 10."""
    from torch_lr_finder import LRFinder

    probe = made(name, seed, 1e-7)
    finder = LRFinder(probe.model, probe.optimizer, probe.loss, device="cpu")
    finder.range_test(probe.train_loader, end_lr=10, num_iter=100)
    losses, rates = finder.history["loss"], finder.history["lr"]
    slopes = [b - a for a, b in pairwise(losses)]
    return rates[slopes.index(min(slopes))] if slopes else None


def by_lightning(name: str, seed: int) -> float | None:
    """Lightning's `Tuner.lr_find`, at its defaults."""
    import lightning
    from lightning.pytorch.tuner import Tuner

    probe = made(name, seed)

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.model, self.lr = probe.model, 1e-3

        def training_step(self, batch, _):
            return probe.loss(self.model(batch[0]), batch[1])

        def configure_optimizers(self):
            kind, group = type(probe.optimizer), probe.optimizer.param_groups[0]
            more = {k: group[k] for k in ("momentum", "weight_decay") if k in group}
            return kind(self.parameters(), lr=self.lr, **more)

    quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False}
    trainer = lightning.Trainer(max_epochs=100, accelerator="cpu", enable_model_summary=False, **quiet)
    found = Tuner(trainer).lr_find(Module(), train_dataloaders=probe.train_loader)
    return None if found is None else found.suggestion()


FINDERS: dict[str, tuple[str, Callable[[str, int], float | None]]] = {
    "torch-lr-finder": ("torch_lr_finder", by_torch_lr_finder),
    "Lightning": ("lightning", by_lightning),
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="probe_rates")
    parser.add_argument("--seed", type=int, action="append")
    parser.add_argument("--only", action="append", choices=list(MODELS))
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    finders = {n: f for n, (module, f) in FINDERS.items() if importlib.util.find_spec(module)}
    for missing in FINDERS.keys() - finders.keys():
        print(f"{missing} is not installed and is left out")
    cells: list[Cell] = []
    for seed in chosen.seed or (2, 3):
        for name in chosen.only or MODELS:
            cells.append(compared(name, seed, finders))
            print(cells[-1].line(), flush=True)
            if chosen.write:
                write(cells)
    print("\n" + table(cells))
    return 0


def compared(name: str, seed: int, finders: dict[str, Callable[[str, int], float | None]]) -> Cell:
    """The grid of full trainings, and what each finder suggests with the loss of a full training there."""
    said = by_probe(name, seed)
    grid = _grid(name, seed, said["lr_edge"])
    rates: dict[str, float | None] = {OURS: said.get("lr_best")}
    for arm, find in finders.items():
        try:
            rates[arm] = find(name, seed)
        except (AdvisorError, RuntimeError, ValueError, IndexError) as error:
            print(f"{arm}: {error}")
            rates[arm] = None
    losses = {arm: math.inf if r is None else full_training(name, r, seed) for arm, r in rates.items()}
    cell = Cell(name, seed, grid, rates, losses, (said["lr_low"], said["lr_high"]))
    if name in FURTHER:
        return cell
    other = _grid(name, _DESIGN_SEED, said["lr_edge"])
    return replace(cell, elsewhere=grid.get(min(other, key=other.__getitem__), math.inf))


def _grid(name: str, seed: int, edge: float) -> dict[int, float]:
    """Losses of full trainings at 10^(k / 6) by k, from the edge that the probe names down, then up.

    Downwards it ends four decades below the edge, or where a decade of rates came nowhere near the best;
    upwards, where half a decade did.
    """
    last = round(math.log10(edge) * PER_DECADE)
    losses: dict[int, float] = {}

    def extend(rates: range, patience: int) -> None:
        since = 0
        for k in rates:
            best = min(losses.values(), default=math.inf)
            losses[k] = loss = full_training(name, 10 ** (k / PER_DECADE), seed)
            since = since + 1 if math.isfinite(best) and not loss <= _NOWHERE_NEAR * best else 0
            if since > patience:
                break

    extend(range(last, last - 4 * PER_DECADE - 1, -1), PER_DECADE)
    extend(range(last + 1, last + 2 * PER_DECADE), PER_DECADE // 2 - 1)
    return losses
