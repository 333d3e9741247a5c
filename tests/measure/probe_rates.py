"""How good the learning rate of a probe is: full trainings at it, beside a fine grid and other finders.

    python -m tests.measure probe_rates [--seeds 2] [--only NAME]...

Where torch-lr-finder or Lightning can be imported, their suggestions are trained too. Full trainings are kept
in the user's cache folder, so a second run is quick.
"""

import argparse
import importlib.util
import json
import math
from collections.abc import Callable
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

GRID_PER_DECADE = 6
NEAR = 0.05
MODELS: dict[str, tuple[str, dict]] = {
    "dense, Adam": ("digits", {"epochs": 10}),
    "dense, SGD": ("digits", {"epochs": 10, "optimizer": "sgd", "lr": 0.05}),
    "dense 16, AdamW": ("digits", {"epochs": 10, "optimizer": "adamw", "hidden": 16, "weight_decay": 0.1}),
    "dense 512, dropout": ("digits", {"epochs": 8, "hidden": 512, "dropout": 0.3}),
    "convolutional, Adam": ("digits-cnn", {"epochs": 6, "channels": 8}),
    "convolutional, SGD": ("digits-cnn", {"epochs": 6, "channels": 8, "optimizer": "sgd", "lr": 0.05}),
    "regression, SGD": ("regression", {"epochs": 15}),
    "regression, Adam": ("regression", {"epochs": 15, "optimizer": "adam", "lr": 0.001}),
    "regression 256, AdamW": ("regression", {"epochs": 12, "optimizer": "adamw", "lr": 0.001, "hidden": 256}),
    "recurrent, Adam": ("sequence-rnn", {"epochs": 12, "hidden": 24}),
    "attention, AdamW": ("sequence-transformer", {"epochs": 12, "width": 16}),
    "characters, Adam": ("characters", {"epochs": 1, "hidden": 32}),
}


def full_training(name: str, rate: float, seed: int) -> float:
    """Best validation loss of a training at `rate`; infinite where it never was finite."""
    kept = _Kept()
    key = f"{name} {rate:.6g} {seed} {MODELS[name]}"
    if key not in kept:
        kept[key] = _trained(_made(name, seed, rate))
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


def _made(name: str, seed: int, rate: float | None = None) -> Probe:
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
    run_checks(_made(name, seed), chosen_checks(["learning-rate"]), 1000, seed, outcome.take)
    return outcome.figures


def by_torch_lr_finder(name: str, seed: int) -> float | None:
    """torch-lr-finder's steepest gradient, at its defaults of 100 steps up to a rate of 10."""
    from torch_lr_finder import LRFinder

    probe = _made(name, seed, 1e-7)
    finder = LRFinder(probe.model, probe.optimizer, probe.loss, device="cpu")
    finder.range_test(probe.train_loader, end_lr=10, num_iter=100)
    losses, rates = finder.history["loss"], finder.history["lr"]
    slopes = [b - a for a, b in pairwise(losses)]
    return rates[slopes.index(min(slopes))] if slopes else None


def by_lightning(name: str, seed: int) -> float | None:
    """Lightning's `Tuner.lr_find`, at its defaults."""
    import lightning
    from lightning.pytorch.tuner import Tuner

    probe = _made(name, seed)

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
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--only", action="append", choices=list(MODELS))
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    finders = {n: f for n, (module, f) in FINDERS.items() if importlib.util.find_spec(module)}
    for missing in FINDERS.keys() - finders.keys():
        print(f"{missing} is not installed and is left out")
    near: dict[str, list[bool]] = {}
    for name in chosen.only or MODELS:
        for seed in range(chosen.seeds):
            _compare(name, seed, finders, near)
    print()
    for arm, hits in near.items():
        print(f"{arm:24} within {NEAR:.0%} of the best of the grid: {sum(hits)} of {len(hits)}")
    return 0


def _compare(name: str, seed: int, finders: dict, near: dict[str, list[bool]]) -> None:
    said = by_probe(name, seed)
    rates = {"advisor": said.get("lr_best")}
    for arm, find in finders.items():
        try:
            rates[arm] = find(name, seed)
        except (AdvisorError, RuntimeError, ValueError, IndexError) as error:
            print(f"{arm}: {error}")
            rates[arm] = None
    grid = {r: full_training(name, r, seed) for r in _grid(said["lr_edge"])}
    best = min(grid.values())
    losses = {arm: math.inf if r is None else full_training(name, r, seed) for arm, r in rates.items()}
    low, high = said["lr_low"] / 1.01, said["lr_high"] * 1.01
    within = [loss for rate, loss in grid.items() if low <= rate <= high]
    losses["advisor, its interval"] = min([losses["advisor"], *within])
    for arm, loss in losses.items():
        near.setdefault(arm, []).append(loss <= best * (1 + NEAR))
    told = "  ".join(
        f"{arm} {'nothing' if rate is None else f'{rate:.2g}'}: {losses[arm] / best - 1:+.0%}"
        for arm, rate in rates.items()
    )
    top = min(grid, key=grid.__getitem__)
    print(f"{name:22} seed {seed}  best {best:.4g} at {top:.2g}  {told}", flush=True)


def _grid(edge: float) -> list[float]:
    """Rates over four decades below the edge of divergence."""
    last = round(math.log10(edge) * GRID_PER_DECADE)
    return [10 ** (k / GRID_PER_DECADE) for k in range(last - 4 * GRID_PER_DECADE, last + 1)]
