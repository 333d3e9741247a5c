"""Fits the effect model on the table, and turns scikit-learn's trees into plain arrays."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.corpus.table import PAIRED, Table
from advisor.learned.trees import Trees

ROUNDS, LEAVES, RATE, SMALLEST_LEAF = 150, 15, 0.07, 40
QUANTILES = {"low": 0.1, "middle": 0.5, "high": 0.9}

Rows = NDArray[np.intp]


def inputs_of(table: Table, changes: Rows, seeds: Iterable[int]) -> tuple[NDArray[np.float32], Rows]:
    """What the trees see of some changes, once for each seed's log, and the change of each such row.

    Returns:
        Shapes (rows, columns) and (rows,).
    """
    parts, which = [], []
    for seed in seeds:
        logs = np.flatnonzero(table.log_seed == seed)
        log_of = np.full(len(table.data), -1)
        log_of[table.log_base[logs]] = logs
        known = changes[log_of[table.base[changes]] >= 0]
        at = log_of[table.base[known]]
        parts.append(np.hstack([table.logs[at], table.now[at], table.moved[known]]))
        which.append(known)
    return np.concatenate(parts), np.concatenate(which)


def fit_head(table: Table, changes: Rows, head: str) -> Any:
    """One fitted scikit-learn model: `gain`, `helps`, or a quantile of the relative effect.

    Each change counts once for each paired seed's log, so that the model does not lean on one seed's luck.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    how = {
        "max_iter": ROUNDS, "max_leaf_nodes": LEAVES, "learning_rate": RATE, "random_state": 0,
        "min_samples_leaf": SMALLEST_LEAF, "l2_regularization": 1.0, "early_stopping": False, "max_bins": 63,
    }  # fmt: skip
    x, which = inputs_of(table, changes, PAIRED)
    if head == "helps":
        return HistGradientBoostingClassifier(**how).fit(x, table.helped[which])
    if head == "gain":
        return HistGradientBoostingRegressor(**how).fit(x, table.gain[which])
    quantile = {"loss": "quantile", "quantile": QUANTILES[head]}
    return HistGradientBoostingRegressor(**how, **quantile).fit(x, table.relative[which])


def trees_of(model: Any) -> Trees:
    """A fitted model as plain arrays; a classifier gives log-odds.

    scikit-learn has no public way to its nodes; a test holds that both predict the same.
    """
    nodes = [trees[0].nodes for trees in model._predictors]
    sizes = np.asarray([len(tree) for tree in nodes])
    roots = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    every = np.concatenate(nodes)
    offset = np.repeat(roots, sizes)
    leaf, own = every["is_leaf"].astype(bool), np.arange(len(every))
    return Trees(
        feature=np.where(leaf, 0, every["feature_idx"]).astype(np.int16),
        threshold=np.where(leaf, 0.0, every["num_threshold"]).astype(np.float32),
        left=np.where(leaf, own, every["left"] + offset).astype(np.int32),
        right=np.where(leaf, own, every["right"] + offset).astype(np.int32),
        value=np.where(leaf, every["value"], 0.0).astype(np.float32),
        missing_left=every["missing_go_to_left"].astype(bool),
        roots=roots.astype(np.int32),
        start=float(np.ravel(model._baseline_prediction)[0]),
        depth=int(every["depth"].max()),
    )


def fit_all(table: Table, file: Path) -> None:
    """Fits every head on the whole table and stores it."""
    from advisor.learned.effect import HEADS

    arrays: dict[str, NDArray[np.generic]] = {"signals": table.signals}
    changes = np.arange(len(table.base))
    for head in HEADS:
        arrays |= trees_of(fit_head(table, changes, head)).arrays(head)
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
