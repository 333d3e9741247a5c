"""Whether a run is an ensemble of boosted trees: its x counts trees."""

import re

from advisor.patterns import regex
from advisor.signals.registry import of_run
from advisor.signals.view import View

_READERS = ("catboost", "evals-result")
# Beside one of these, rounds are those of federated learning, and a depth that of a net. Units are none: the
# leaves of a tree (`num_leaves`) are called so too.
_OF_NETS = ("optimizer", "momentum", "batch_size", "dropout", "layers")
# XGBoost (`validation_0-mlogloss`), LightGBM (`valid_1's auc`; of its command line `valid_1 auc`), CatBoost
# (`learn/Logloss`).
_NAMES = regex(
    r"^(?:train|test|eval|valid|validation|dtrain|dtest|dval)(?:_\d+)?-"
    r"(?:m?logloss|r?mse|mae|auc|aucpr|m?error|ndcg|map)|"
    r"^(?:valid|training|train|eval|test)(?:_\d+)?'s |"
    r"^(?:valid_\d+|training) (?:auc|l1|l2|rmse|mape|(?:binary|multi)_(?:logloss|error)|(?:ndcg|map)@\d+)$|"
    r"^(?:learn|test)/(?:Logloss|RMSE|MultiClass|AUC|CrossEntropy)",
    re.IGNORECASE,
)


@of_run(
    "run.boosting",
    unit="flag",
    low=0,
    high=1,
    en="1 where the log is that of boosted trees (XGBoost, LightGBM, CatBoost, scikit-learn), absent "
    "elsewhere.",
    zh="日志来自提升树 (XGBoost, LightGBM, CatBoost, scikit-learn) 时为 1, 否则缺失。",
)
def boosting(view: View) -> float | None:
    """By the reader, the names of the curves, or a stated number of rounds or depth of trees."""
    run = view.run
    of_net = any(run.hyperparameter(role) is not None for role in _OF_NETS)
    stated = not of_net and (run.number("rounds") is not None or run.number("max_depth") is not None)
    named = any(_NAMES.search(series.name) for series in run.series)
    return 1.0 if stated or named or run.reader.startswith(_READERS) else None
