"""Keras 3 on torch: CSVLogger, the console with its bars and with a line an epoch, the history as JSON."""

import json
import os
from pathlib import Path

from makers.common import Truth, captured, case, curve, data, run, truth

os.environ.setdefault("KERAS_BACKEND", "torch")
EPOCHS = 6


def _fit(callbacks=(), epochs: int = EPOCHS, **settings) -> dict[str, list[float]]:
    import keras

    keras.utils.set_random_seed(0)
    x, y = data()
    layers = [keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1, "sigmoid")]
    model = keras.Sequential(layers)
    model.compile(keras.optimizers.Adam(0.02), "binary_crossentropy", metrics=["accuracy", "AUC"])
    told = model.fit(x, y, epochs=epochs, validation_split=0.25, callbacks=list(callbacks), **settings)
    return {name: [float(value) for value in values] for name, values in told.history.items()}


def _series(history: dict[str, list[float]], x, printed: str = "", kind: str = "epoch") -> dict:
    series = {}
    for name, values in history.items():
        part = "val" if name.startswith("val_") else "train"
        what = name.removeprefix("val_")
        role = {"loss": f"{part}_loss", "learning_rate": "learning_rate"}.get(what, f"{part}_metric")
        lower = {"loss": True, "learning_rate": None}.get(what, False)
        series[name] = curve(values, x, kind=kind, role=role, lower=lower, printed=printed)
    return series


@case("keras-csv", "keras")
def csv(log: Path) -> Truth:
    import keras

    watch = [
        keras.callbacks.ReduceLROnPlateau(patience=1, min_delta=0.05),
        keras.callbacks.CSVLogger(str(log / "training.csv")),
    ]
    history = _fit(watch, verbose=0)
    return truth("training.csv", run(_series(history, range(EPOCHS))))


@case("keras-csv-appended", "keras")
def csv_appended(log: Path) -> Truth:
    """Two fits into one file: the epoch begins anew without a second header."""
    import keras

    histories = []
    for append in (False, True):
        watch = [keras.callbacks.CSVLogger(str(log / "training.log"), separator=";", append=append)]
        histories.append(_fit(watch, verbose=0))
    return truth("training.log", *(run(_series(history, range(EPOCHS))) for history in histories))


@case("keras-console-bars", "keras")
def console_bars(log: Path) -> Truth:
    with captured(log / "console.log"):
        history = _fit(verbose=1)
    return truth("console.log", run(_series(history, range(1, EPOCHS + 1), ".4f")))


@case("keras-console-lines", "keras")
def console_lines(log: Path) -> Truth:
    import keras

    watch = [keras.callbacks.EarlyStopping(patience=1, min_delta=0.05, verbose=1)]
    with captured(log / "console.log"):
        history = _fit(watch, epochs=30, verbose=2)
    epochs = range(1, len(history["loss"]) + 1)
    return truth("console.log", run(_series(history, epochs, ".4f")))


@case("keras-history", "keras")
def history(log: Path) -> Truth:
    told = _fit(verbose=0)
    (log / "history.json").write_text(json.dumps(told), "utf-8")
    return truth("history.json", run(_series(told, None)))
