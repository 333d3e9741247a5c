"""Looks at the data before anything is trained on it."""

import math
from typing import Any

import numpy as np
import torch
from torch import nn

from advisor.probe import batches
from advisor.probe.bench import Bench
from advisor.probe.check import Check, Result
from advisor.run import Floats
from advisor.text import Bilingual

_BATCHES = 64
_CONSTANT = 1e-12
_MOST_COLUMNS = 4_096
_MOST_CLASSES = 1_000


class DataAudit(Check):
    """Ranges, NaN, constant columns, class balance, order, leakage, overlap with the validation data."""

    name = "data-audit"
    title = Bilingual(en="the data", zh="数据")
    order = 10
    says = (
        Bilingual(en="a root mean square of {input_scale:.3g}", zh="均方根 {input_scale:.3g}"),
        Bilingual(en="{classes:.0f} classes", zh="{classes:.0f} 个类别"),
        Bilingual(
            en="{validation_overlap:.0%} of the validation samples among the training samples",
            zh="验证样本中 {validation_overlap:.0%} 也在训练集",
        ),
    )
    sources = ("Karpathy, A Recipe for Training Neural Networks, 2019: become one with the data",)

    def cost(self, budget: int) -> int:
        """None: nothing is trained."""
        return 0

    def run(self, bench: Bench, budget: int) -> Result:
        """Measure on at most 64 batches."""
        given = bench.train_batches(_BATCHES)
        result = Result()
        figures = result.figures
        # Asked here, where nothing is computed: such a model may refuse to run.
        figures["batch_norm_on_one"] = float(
            batches.size(given[0]) == 1
            and any(isinstance(m, nn.modules.batchnorm._BatchNorm) for m in bench.model.modules())
        )
        train = _table(given)
        if train is None:
            result.notes.append(
                Bilingual(
                    en="The inputs are no table of numbers; only their order was looked at.",
                    zh="输入不是数值表，只检查了样本的顺序。",
                )
            )
        else:
            figures.update(_ranges(train))
            validation = _table(bench.validation_batches())
            if validation is not None and validation.shape[1] == train.shape[1]:
                figures["validation_overlap"] = _overlap(train, validation)
                figures["validation_shift"] = _shift(train, validation)
        labels = _labels(given)
        if labels is not None:
            figures.update(_balance(labels))
            if (order := _order(labels, [batches.size(batch) for batch in given])) is not None:
                figures["batch_label_evenness"] = order
        targets = _targets(given)
        if train is not None and targets is not None and len(targets) == len(train):
            figures["leak"] = _leak(train, targets, labels is not None)
        return result


def _table(given: list[Any]) -> Floats | None:
    """Inputs as floating-point rows, shape (samples, columns); None for tokens and ragged inputs."""
    parts = [batches.rows(batch) for batch in given]
    first = [t for batch in given[:1] for t in batches.tensors(batches.inputs(batch))]
    if not first or not first[0].is_floating_point() or any(p is None for p in parts):
        return None
    if len({p.shape[1] for p in parts if p is not None}) != 1:
        return None
    return np.concatenate([p.numpy() for p in parts if p is not None])


def _labels(given: list[Any]) -> Floats | None:
    """Class labels, one a sample, shape (samples,); None where the target is something else."""
    found = _targets(given)
    return found if found is not None and (found == np.round(found)).all() and _whole(given) else None


def _whole(given: list[Any]) -> bool:
    target = batches.target(given[0])
    return isinstance(target, torch.Tensor) and not target.is_floating_point()


def _targets(given: list[Any]) -> Floats | None:
    """Targets of one figure a sample, shape (samples,)."""
    found = [batches.target(batch) for batch in given]
    flat = [t.detach().cpu().to(torch.float64) for t in found if isinstance(t, torch.Tensor)]
    if len(flat) != len(found) or any(t.ndim == 0 or t.numel() != t.shape[0] for t in flat):
        return None
    return torch.cat([t.reshape(-1) for t in flat]).numpy()


def _ranges(table: Floats) -> dict[str, float]:
    finite = np.isfinite(table)
    figures = {"input_non_finite_share": float(1 - finite.mean())}
    spread = np.nanstd(np.where(finite, table, np.nan), axis=0)
    level = np.nanmean(np.where(finite, table, np.nan), axis=0)
    varied = spread > _CONSTANT * np.maximum(1, np.abs(level))
    figures["input_constant_share"] = float(1 - varied.mean())
    if varied.any():
        # Images share one scale over all columns; a table has one a column.
        figures["input_scale"] = float(np.sqrt(np.mean(level[varied] ** 2 + spread[varied] ** 2)))
        figures["input_scale_ratio"] = float(np.quantile(spread[varied], 0.95) / np.median(spread[varied]))
        columns = np.flatnonzero(varied)[:_MOST_COLUMNS]
        kept = {table[:, column].tobytes() for column in columns}
        figures["input_duplicate_share"] = 1 - len(kept) / len(columns)
    return figures


def _overlap(train: Floats, validation: Floats) -> float:
    """Share of the validation rows that are among the training rows, byte for byte."""
    seen = {row.tobytes() for row in np.ascontiguousarray(train)}
    return float(np.mean([row.tobytes() in seen for row in np.ascontiguousarray(validation)]))


def _shift(train: Floats, validation: Floats) -> float:
    """Root mean square over columns of the distance of the means in standard deviations, chance taken off.

    What three standard errors of a column explain does not count.
    """
    spread = np.sqrt(train.var(axis=0) / len(train) + validation.var(axis=0) / len(validation))
    varied = spread > _CONSTANT
    if not varied.any():
        return math.nan
    difference = np.abs(train.mean(axis=0) - validation.mean(axis=0))[varied]
    pooled = np.sqrt((train.var(axis=0)[varied] + validation.var(axis=0)[varied]) / 2)
    beyond = np.maximum(0, difference - 3 * spread[varied])
    return float(np.sqrt(np.mean((beyond / pooled) ** 2)))


def _balance(labels: Floats) -> dict[str, float]:
    values, counts = np.unique(labels, return_counts=True)
    if not 2 <= values.size <= _MOST_CLASSES:
        return {}
    return {
        "classes": float(values.size),
        "smallest_class": float(counts.min() / counts.sum() * values.size),
        "largest_class": float(counts.max() / counts.sum()),
    }


def _order(labels: Floats, sizes: list[int]) -> float | None:
    """Mean entropy of the labels within a batch over that of random batches; 1 where shuffled."""
    if len(sizes) < 2 or np.unique(labels).size < 2:
        return None
    mixed = np.random.default_rng(0).permutation(labels)
    as_is, shuffled = _entropy_within(labels, sizes), _entropy_within(mixed, sizes)
    return as_is / shuffled if shuffled > 0 else None


def _entropy_within(labels: Floats, sizes: list[int]) -> float:
    ends = np.cumsum(sizes)[:-1]
    found = []
    for group in np.split(labels, ends):
        counts = np.unique(group, return_counts=True)[1]
        shares = counts / counts.sum()
        found.append(float(-(shares * np.log(shares)).sum()))
    return float(np.mean(found))


def _leak(table: Floats, targets: Floats, classes: bool) -> float:
    """How well the one best column tells the target: squared correlation ratio, 0 to 1."""
    best = 0.0
    for column in range(min(table.shape[1], _MOST_COLUMNS)):
        values = table[:, column]
        if np.isfinite(values).all() and values.std() > _CONSTANT:
            best = max(
                best, _told(values, targets) if classes else float(np.corrcoef(values, targets)[0, 1] ** 2)
            )
    return best


def _told(values: Floats, labels: Floats) -> float:
    """Share of the column's variance that lies between the classes (eta squared)."""
    groups = [values[labels == label] for label in np.unique(labels)]
    within = sum(float(((g - g.mean()) ** 2).sum()) for g in groups)
    whole = float(((values - values.mean()) ** 2).sum())
    return 1 - within / whole if whole > 0 else 0.0
