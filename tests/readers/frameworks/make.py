"""Trains a tiny model with each framework that is installed; keeps what it printed beside its own numbers.

    python tests/readers/frameworks/make.py [FOLDER]

For each framework a log, and a JSON file of the same stem with the curves that the framework itself returned.
"""

import contextlib
import importlib.util
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

os.environ.setdefault("KERAS_BACKEND", "torch")
Curves = dict[str, list[float]]


def _data() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(120, 4)).astype("float32")
    return x, (x[:, 0] + 0.5 * rng.normal(size=120) > 0).astype("int64")


def xgboost() -> Curves:
    import xgboost as xgb

    x, y = _data()
    train, val = xgb.DMatrix(x[:80], y[:80]), xgb.DMatrix(x[80:], y[80:])
    result: dict = {}
    settings = {"objective": "binary:logistic", "eta": 0.3, "nthread": 1}
    xgb.train(settings, train, 8, evals=[(train, "train"), (val, "val")], evals_result=result)
    return {f"{part}-logloss": list(values["logloss"]) for part, values in result.items()}


def lightgbm() -> Curves:
    import lightgbm as lgb

    x, y = _data()
    result: dict = {}
    train = lgb.Dataset(x[:80], y[:80])
    settings = {"objective": "binary", "metric": "binary_logloss", "verbose": -1, "num_threads": 1}
    watch = [lgb.log_evaluation(1), lgb.record_evaluation(result)]
    val = lgb.Dataset(x[80:], y[80:], reference=train)
    lgb.train(settings, train, 8, valid_sets=[train, val], valid_names=["train", "val"], callbacks=watch)
    return {f"{part}'s binary_logloss": values["binary_logloss"] for part, values in result.items()}


def catboost() -> Curves:
    from catboost import CatBoostClassifier

    x, y = _data()
    model = CatBoostClassifier(iterations=8, thread_count=1, allow_writing_files=False, learning_rate=0.1)
    model.fit(x[:80], y[:80], eval_set=(x[80:], y[80:]), log_cout=sys.stdout)
    result = model.get_evals_result()
    return {"learn": result["learn"]["Logloss"], "test": result["validation"]["Logloss"]}


def keras() -> Curves:
    import keras

    keras.utils.set_random_seed(0)
    x, y = _data()
    model = keras.Sequential([keras.layers.Dense(4, activation="relu"), keras.layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return dict(model.fit(x, y, epochs=4, validation_split=0.25, verbose=2).history)


def sklearn() -> Curves:
    import warnings

    from sklearn.neural_network import MLPClassifier

    x, y = _data()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {"loss": MLPClassifier((4,), max_iter=8, random_state=0, verbose=True).fit(x, y).loss_curve_}


def sklearn_boosting() -> Curves:
    from sklearn.ensemble import GradientBoostingClassifier

    x, y = _data()
    return {
        "Train Loss": GradientBoostingClassifier(n_estimators=8, verbose=2).fit(x, y).train_score_.tolist()
    }


def skorch() -> Curves:
    import torch
    from skorch import NeuralNetClassifier

    torch.manual_seed(0)
    x, y = _data()
    layers = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
    net = NeuralNetClassifier(layers, criterion=torch.nn.CrossEntropyLoss, max_epochs=5, lr=0.1).fit(x, y)
    return {
        name: [float(v) for v in net.history[:, name]] for name in ("train_loss", "valid_loss", "valid_acc")
    }


# By the module that each needs.
FRAMEWORKS: dict[str, tuple[str, Callable[[], Curves]]] = {
    "xgboost": ("xgboost", xgboost),
    "lightgbm": ("lightgbm", lightgbm),
    "catboost": ("catboost", catboost),
    "keras": ("keras", keras),
    "sklearn-mlp": ("sklearn", sklearn),
    "sklearn-boosting": ("sklearn", sklearn_boosting),
    "skorch": ("skorch", skorch),
}


def make(name: str, folder: Path) -> None:
    """Runs one training; writes NAME.log and NAME.json."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        curves = FRAMEWORKS[name][1]()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.log").write_text(printed.getvalue(), "utf-8")
    (folder / f"{name}.json").write_text(json.dumps(curves, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for framework, (module, _) in FRAMEWORKS.items():
        if importlib.util.find_spec(module) is not None:
            make(framework, target)
