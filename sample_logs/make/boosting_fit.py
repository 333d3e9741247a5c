"""Boosted trees with XGBoost or LightGBM; the log is what each prints about its evaluation sets."""

import argparse

import tasks


def xgboost_fit(args, x, y, x_val, y_val):
    import xgboost as xgb

    objective = {"objective": "reg:squarederror"}
    if y.dtype.kind == "i":
        objective = {"objective": "multi:softprob", "num_class": int(y.max()) + 1}
    settings = {**objective, "eta": args.eta, "max_depth": args.max_depth, "nthread": 1, "seed": args.seed}
    train, val = xgb.DMatrix(x, y), xgb.DMatrix(x_val, y_val)
    xgb.train(settings, train, args.rounds, evals=[(train, "train"), (val, "val")])


def lightgbm_fit(args, x, y, x_val, y_val):
    import lightgbm as lgb

    objective = {"objective": "regression"}
    if y.dtype.kind == "i":
        objective = {"objective": "multiclass", "num_class": int(y.max()) + 1}
    settings = {
        **objective,
        "learning_rate": args.eta,
        "max_depth": args.max_depth,
        "num_threads": 1,
        "verbose": -1,
    }
    train = lgb.Dataset(x, y)
    val = lgb.Dataset(x_val, y_val, reference=train)
    lgb.train(settings, train, args.rounds, [train, val], callbacks=[lgb.log_evaluation(1)])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", choices=["xgboost", "lightgbm"])
    parser.add_argument("--task", choices=sorted(tasks.LOADERS), default="digits")
    parser.add_argument("--samples", type=int)
    parser.add_argument("--label-noise", type=float, default=0.0)
    parser.add_argument("--eta", type=float, default=0.1)
    parser.add_argument("--max-depth", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    # As many scripts do, the settings are printed first.
    print(args, flush=True)
    fit = xgboost_fit if args.library == "xgboost" else lightgbm_fit
    fit(args, *tasks.load(args.task, args.samples, args.label_noise, args.seed))


if __name__ == "__main__":
    main()
