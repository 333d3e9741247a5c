"""XGBoost, LightGBM and CatBoost: consoles, histories by data set, the table of a cross-validation."""

import json
from pathlib import Path

from makers.common import Truth, captured, case, curve, data, run, truth

ROUNDS = 12


def _losses(train: list[float], val: list[float], names: tuple[str, str], printed: str = "", **x) -> dict:
    return {
        names[0]: curve(train, role="train_loss", lower=True, printed=printed, **x),
        names[1]: curve(val, role="val_loss", lower=True, printed=printed, **x),
    }


def _rounds(values: list[float]) -> dict:
    return {"x": range(len(values)), "kind": "step"}


def _xgboost(log: Path, **settings) -> tuple[dict, object]:
    import xgboost as xgb

    x, y = data()
    train, val = xgb.DMatrix(x[:80], y[:80]), xgb.DMatrix(x[80:], y[80:])
    told: dict = {}
    chosen = {"objective": "binary:logistic", "eval_metric": ["logloss", "auc"], "eta": 0.5, "nthread": 1}
    with captured(log):
        model = xgb.train(
            chosen, train, ROUNDS, evals=[(train, "train"), (val, "eval")], evals_result=told, **settings
        )
    return told, model


def _xgboost_curves(told: dict, printed: str) -> dict:
    rounds = _rounds(told["train"]["logloss"])
    losses = _losses(
        told["train"]["logloss"],
        told["eval"]["logloss"],
        ("train-logloss", "eval-logloss"),
        printed,
        **rounds,
    )
    for split, role in (("train", "train_metric"), ("eval", "val_metric")):
        losses[f"{split}-auc"] = curve(told[split]["auc"], role=role, lower=False, printed=printed, **rounds)
    return losses


@case("xgboost-console", "xgboost")
def xgboost_console(log: Path) -> Truth:
    told, _ = _xgboost(log / "console.log", early_stopping_rounds=4)
    return truth("console.log", run(_xgboost_curves(told, ".5f")))


@case("xgboost-evals-result", "xgboost")
def xgboost_evals_result(log: Path) -> Truth:
    told, _ = _xgboost(Path("console.log"))
    (log / "evals_result.json").write_text(json.dumps(told), "utf-8")
    return truth("evals_result.json", run(_xgboost_curves(told, "")))


@case("xgboost-sklearn", "xgboost")
def xgboost_sklearn(log: Path) -> Truth:
    """The names that scikit-learn's interface gives: validation_0 is the first of `eval_set`."""
    from xgboost import XGBRegressor

    x, y = data()
    model = XGBRegressor(n_estimators=ROUNDS, learning_rate=0.3, n_jobs=1)
    with captured(log / "console.log"):
        model.fit(x[:80], y[:80], eval_set=[(x[:80], y[:80]), (x[80:], y[80:])], verbose=True)
    told = model.evals_result()
    first, second = told["validation_0"]["rmse"], told["validation_1"]["rmse"]
    names = ("validation_0-rmse", "validation_1-rmse")
    return truth("console.log", run(_losses(first, second, names, ".5f", **_rounds(first))))


@case("xgboost-cv", "xgboost")
def xgboost_cv(log: Path) -> Truth:
    """The table that `xgb.cv` returns, written as a CSV with its index."""
    import xgboost as xgb

    x, y = data()
    chosen = {"objective": "binary:logistic", "eval_metric": "logloss", "eta": 0.5, "nthread": 1}
    table = xgb.cv(chosen, xgb.DMatrix(x, y), ROUNDS, nfold=3, seed=0)
    table.to_csv(log / "cv.csv")
    columns = {name: table[name].tolist() for name in table.columns}
    names = ("train-logloss-mean", "test-logloss-mean")
    series = _losses(columns[names[0]], columns[names[1]], names)
    for name in ("train-logloss-std", "test-logloss-std"):
        series[name] = curve(columns[name])
    return truth("cv.csv", run(series, others=["column 1"]))


def _lightgbm(log: Path, *more) -> dict:
    import lightgbm as lgb

    x, y = data()
    told: dict = {}
    train = lgb.Dataset(x[:80], y[:80])
    chosen = {
        "objective": "binary",
        "metric": ["binary_logloss", "auc"],
        "learning_rate": 0.3,
        "num_threads": 1,
        "min_data_in_leaf": 5,
    }
    val = lgb.Dataset(x[80:], y[80:], reference=train)
    watch = [lgb.log_evaluation(1), lgb.record_evaluation(told), *more]
    with captured(log):
        lgb.train(chosen, train, ROUNDS, [train, val], ["training", "valid_1"], callbacks=watch)
    return {split: dict(metrics) for split, metrics in told.items()}


def _lightgbm_curves(told: dict, name: str, first: int, printed: str) -> dict:
    count = len(told["training"]["auc"])
    rounds = {"x": range(first, first + count), "kind": "step"}
    series = {}
    for split, part in (("training", "train"), ("valid_1", "val")):
        for metric, what, lower in (("binary_logloss", "loss", True), ("auc", "metric", False)):
            series[name.format(split, metric)] = curve(
                told[split][metric], role=f"{part}_{what}", lower=lower, printed=printed, **rounds
            )
    return series


@case("lightgbm-console", "lightgbm")
def lightgbm_console(log: Path) -> Truth:
    import lightgbm as lgb

    told = _lightgbm(log / "console.log", lgb.early_stopping(3))
    return truth("console.log", run(_lightgbm_curves(told, "{}'s {}", 1, ".6g")))


@case("lightgbm-evals-result", "lightgbm")
def lightgbm_evals_result(log: Path) -> Truth:
    told = _lightgbm(Path("console.log"))
    (log / "evals.json").write_text(json.dumps(told, indent=2), "utf-8")
    return truth("evals.json", run(_lightgbm_curves(told, "{}-{}", 0, "")))


@case("lightgbm-cv", "lightgbm")
def lightgbm_cv(log: Path) -> Truth:
    import lightgbm as lgb

    x, y = data()
    chosen = {"objective": "regression", "learning_rate": 0.3, "num_threads": 1, "verbose": -1}
    with captured(log / "console.log"):
        told = lgb.cv(
            chosen, lgb.Dataset(x, y), ROUNDS, nfold=3, stratified=False, callbacks=[lgb.log_evaluation(1)]
        )
    name = next(name for name in told if name.endswith("-mean"))
    # Version 4 says of which set, version 3 that it is an average over the folds.
    shown = name.removesuffix("-mean").replace(" ", "'s ") if " " in name else "cv_agg's l2"
    rounds = {"x": range(1, ROUNDS + 1), "kind": "step"}
    mean = curve(told[name], role="val_loss", lower=True, printed=".6g", **rounds)
    return truth("console.log", run({shown: mean}))


def _catboost(log: Path, **settings) -> tuple[object, dict]:
    from catboost import CatBoostClassifier

    x, y = data()
    model = CatBoostClassifier(
        iterations=ROUNDS,
        learning_rate=0.3,
        thread_count=1,
        custom_metric=["AUC"],
        train_dir=str(log),
        random_seed=0,
        **settings,
    )
    with captured(Path("console.log")):
        model.fit(x[:80], y[:80], eval_set=(x[80:], y[80:]))
    return model, model.get_evals_result()


@case("catboost-info", "catboost")
def catboost_info(log: Path) -> Truth:
    """The folder `catboost_info`, with its tables, its JSON document and its event files."""
    _, told = _catboost(log / "catboost_info")
    rounds = _rounds(told["learn"]["Logloss"])
    names = ("learn/Logloss", "test/Logloss")
    series = _losses(told["learn"]["Logloss"], told["validation"]["Logloss"], names, ".10g", **rounds)
    auc = told["validation"]["AUC"]
    series["test/AUC"] = curve(auc, role="val_metric", lower=False, printed=".10g", **rounds)
    for folder in ("learn", "test"):
        for file in (log / "catboost_info" / folder).glob("events*"):
            file.rename(file.with_name("events.out.tfevents"))
    return truth("catboost_info", run(series))


@case("catboost-console", "catboost")
def catboost_console(log: Path) -> Truth:
    """The console with `metric_period`, `use_best_model` and the lines at its end."""
    _, told = _catboost(Path("info"), metric_period=3, use_best_model=True)
    Path("console.log").rename(log / "console.log")
    kept = [i for i in range(ROUNDS) if i % 3 == 0 or i == ROUNDS - 1]
    rounds = {"x": kept, "kind": "step"}
    learn, test = (told[part]["Logloss"] for part in ("learn", "validation"))
    assert len(learn) == len(kept)
    return truth(
        "console.log",
        run(_losses(learn, test, ("learn", "test"), ".7f", **rounds), others=["best", "best_avg", "total"]),
    )
