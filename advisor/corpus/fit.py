"""Fits the effect model on the table, and turns scikit-learn's trees into plain arrays."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.corpus.table import PAIRED, Table
from advisor.learned.hyper import NAMES, USUAL, encode
from advisor.trees import Trees

ROUNDS, LEAVES, RATE, SMALLEST_LEAF = 200, 15, 0.07, 40
ASKED = 0.3
"""Share of the columns that a split may choose from, drawn anew for each."""
MEMBERS = 4
"""Models of the gain, by which changes are ordered: fitted from different seeds and averaged."""
MOST_SIGNALS = 80
"""Signals that the models read: the rest costs time and brings nothing."""
HIDDEN = (
    ("adaptive", "rate", "momentum"),
    ("batch",),
    ("epochs",),
    ("width", "layers"),
    ("dropout", "decay", "smoothing", "clipping", "warmup", "annealed"),
    ("layer_norm", "batch_norm", "relu", "bounded", "init_he", "init_small", "init_large"),
)
"""Hyperparameters that logs state together, or not at all."""
HIDE = 0.4
"""Chance of each group to be hidden in one of the two logs that stand for a change."""
OF_VALIDATION = (
    "val_loss.", "val_metric.", "coupling.val_loss_metric", "coupling.metric_gain", "run.", "events.",
    "messages.",
)  # fmt: skip
"""Beginnings of the names of the signals that need none of the training's curves."""
QUANTILES = {"low": 0.1, "middle": 0.5, "high": 0.9}

Rows = NDArray[np.intp]


def inputs_of(
    table: Table, changes: Rows, seeds: Iterable[int], signals: Rows, *, hidden: float = 0.0
) -> tuple[NDArray[np.float32], Rows]:
    """What the trees see of some changes, once for each seed's log, and the change of each such row.

    Args:
        table: The corpus.
        changes: Rows of its changes.
        seeds: Whose logs are looked at.
        signals: Columns of the signals that are read.
        hidden: Chance of each group of `HIDDEN` to be taken for not stated, row by row; drawn from a fixed
            seed. 1 leaves the learning rate alone.

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
        now, raw, moved = _as_stated(table.now[at], hidden), _raw_rate(table.now[at]), table.moved[known]
        parts.append(np.hstack([table.logs[at][:, signals], now, raw, moved, now + moved]))
        which.append(known)
    return np.concatenate(parts), np.concatenate(which)


def _as_stated(now: NDArray[np.float32], hidden: float) -> NDArray[np.float32]:
    """The hyperparameters as they look in a log that does not state some groups of them."""
    now, random, unknown = now.copy(), np.random.default_rng(0), encode({})
    for names in HIDDEN:
        rows = random.random(len(now)) < hidden
        for at in map(NAMES.index, names):
            now[rows, at] = unknown[at]
    return now


def _raw_rate(now: NDArray[np.float32]) -> NDArray[np.float32]:
    """The learning rate in powers of ten, from that beside the usual one of its optimizer, (rows, 1)."""
    adaptive = now[:, NAMES.index("adaptive")] == 1
    usual = np.where(adaptive, USUAL[1.0], USUAL[0.0])
    raw: NDArray[np.float32] = (now[:, NAMES.index("rate")] + np.log10(usual))[:, None].astype(np.float32)
    return raw


def signals_of(table: Table, changes: Rows) -> Rows:
    """Columns of the signals that a small model, fitted on a part of the changes, asks for most often.

    What only repeats a hyperparameter is left out: it would be there where that is not stated.
    """
    usable = [at for at, name in enumerate(table.signals) if not str(name).startswith("hyper.")]
    x, which = inputs_of(table, changes[::3], (0,), np.asarray(usable))
    asked = trees_of(_regressor(rounds=60).fit(x, table.gain[which])).asked()
    often = np.bincount(asked, minlength=len(usable))[: len(usable)]
    chosen: Rows = np.sort(np.asarray(usable)[np.argsort(-often, kind="stable")[:MOST_SIGNALS]])
    return chosen


def fit_head(table: Table, changes: Rows, head: str, signals: Rows) -> Any:
    """One fitted scikit-learn model: `gain`, `helps`, or a quantile of the relative effect.

    Each change counts once for each paired seed's log, so that the model does not lean on one seed's luck.
    One of the two logs does not state all of its hyperparameters, as real ones do not, and counts once more
    with the validation's curves alone, which is all that a recommender may be told.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier, VotingRegressor

    told, which = inputs_of(table, changes, PAIRED[:1], signals)
    partly, again = inputs_of(table, changes, PAIRED[1:], signals, hidden=HIDE)
    x = np.concatenate([told, partly, of_validation(table, partly, signals)])
    which = np.concatenate([which, again, again])
    if head == "helps":
        return HistGradientBoostingClassifier(**_how()).fit(x, table.helped[which])
    if head in QUANTILES:
        return _regressor(loss="quantile", quantile=QUANTILES[head]).fit(x, table.relative[which])
    members = [(str(seed), _regressor(seed=seed)) for seed in range(MEMBERS)]
    return VotingRegressor(members).fit(x, table.gain[which])


def of_validation(table: Table, x: NDArray[np.float32], signals: Rows) -> NDArray[np.float32]:
    """What the trees see of the same logs without the training's curves, shape of `x`."""
    gone = [at for at, one in enumerate(signals) if not str(table.signals[one]).startswith(OF_VALIDATION)]
    x = x.copy()
    x[:, gone] = np.nan
    return x


def _how(rounds: int = ROUNDS, seed: int = 0) -> dict[str, Any]:
    return {
        "max_iter": rounds, "max_leaf_nodes": LEAVES, "learning_rate": RATE, "random_state": seed,
        "min_samples_leaf": SMALLEST_LEAF, "l2_regularization": 1.0, "early_stopping": False, "max_bins": 63,
        "max_features": ASKED,
    }  # fmt: skip


def _regressor(rounds: int = ROUNDS, seed: int = 0, **options: Any) -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor

    return HistGradientBoostingRegressor(**_how(rounds, seed), **options)


def trees_of(model: Any) -> Trees:
    """A fitted model, or the mean of several, as plain arrays; a classifier gives log-odds.

    scikit-learn has no public way to its nodes; a test holds that both predict the same.
    """
    members = getattr(model, "estimators_", [model])
    nodes = [trees[0].nodes for one in members for trees in one._predictors]
    every = np.concatenate(nodes)
    fields = {
        "leaf": every["is_leaf"],
        "feature": every["feature_idx"],
        "threshold": every["num_threshold"],
        "left": every["left"],
        "right": every["right"],
        "value": (every["value"] / len(members)).astype(np.float32),
        "missing_left": every["missing_go_to_left"],
    }
    start = float(np.mean([np.ravel(one._baseline_prediction)[0] for one in members]))
    return Trees.of_nodes([len(tree) for tree in nodes], fields, start=start, depth=int(every["depth"].max()))


def fit_all(table: Table, file: Path) -> None:
    """Fits every head on the whole table and stores it."""
    from advisor.learned.effect import HEADS

    changes = np.arange(len(table.base))
    signals = signals_of(table, changes)
    arrays: dict[str, NDArray[np.generic]] = {"signals": table.signals[signals]}
    for head in HEADS:
        arrays |= trees_of(fit_head(table, changes, head, signals)).arrays(head)
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
