"""scikit-learn, skorch and spaCy: what each prints or writes."""

from pathlib import Path

from makers.common import Truth, captured, case, curve, data, run, truth


@case("sklearn-sgd", "sklearn")
def sklearn_sgd(log: Path) -> Truth:
    """SGDClassifier prints blocks of lines an epoch; the loss is the running average of the epoch."""
    from sklearn.linear_model import SGDClassifier

    x, y = data()
    with captured(log / "console.log"):
        SGDClassifier(loss="log_loss", max_iter=12, tol=None, random_state=0, verbose=1).fit(x, y)
    shown = [line for line in (log / "console.log").read_text("utf-8").splitlines() if "Avg. loss" in line]
    # The estimator keeps no history: the words of a line are cut by hand.
    cells = [[float(part.split(": ")[1]) for part in line.split(", ")] for line in shown]
    epochs = {"x": range(1, 13), "kind": "epoch"}
    series = {"Avg. loss": curve([c[4] for c in cells], role="train_loss", lower=True, **epochs)}
    if len(cells[0]) > 5:
        series["Objective"] = curve([c[5] for c in cells], role="train_loss", lower=True, **epochs)
    others = ["Norm", "NNZs", "Bias", "T", "Total training time"]
    return truth("console.log", run(series, others=others))


@case("sklearn-boosting-oob", "sklearn")
def sklearn_boosting(log: Path) -> Truth:
    """Gradient boosting on a share of the samples: a column with the improvement on those left out."""
    from sklearn.ensemble import GradientBoostingClassifier

    x, y = data()
    model = GradientBoostingClassifier(n_estimators=12, subsample=0.5, random_state=0, verbose=2)
    with captured(log / "console.log"):
        model.fit(x, y)
    rounds = {"x": range(1, 13), "kind": "step"}
    series = {
        "Train Loss": curve(model.train_score_, role="train_loss", lower=True, printed=".4f", **rounds),
        "OOB Improve": curve(model.oob_improvement_, printed=".4f", **rounds),
    }
    return truth("console.log", run(series))


@case("sklearn-mlp-early", "sklearn")
def sklearn_mlp(log: Path) -> Truth:
    """The MLP with early stopping prints a validation score under each loss."""
    from sklearn.neural_network import MLPClassifier

    x, y = data()
    model = MLPClassifier(
        (8,),
        max_iter=40,
        learning_rate_init=0.05,
        early_stopping=True,
        n_iter_no_change=3,
        random_state=0,
        verbose=True,
    )
    with captured(log / "console.log"):
        model.fit(x, y)
    rounds = {"x": range(1, len(model.loss_curve_) + 1), "kind": "step"}
    series = {
        "loss": curve(model.loss_curve_, role="train_loss", lower=True, printed=".8f", **rounds),
        "Validation score": curve(
            model.validation_scores_, role="val_metric", lower=False, printed=".6f", **rounds
        ),
    }
    return truth("console.log", run(series))


def _skorch(**settings):
    import torch
    from skorch import NeuralNetClassifier
    from skorch.callbacks import EpochScoring

    torch.manual_seed(0)
    layers = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
    scoring = EpochScoring("accuracy", lower_is_better=False, on_train=True, name="train_acc")
    net = NeuralNetClassifier(
        layers, criterion=torch.nn.CrossEntropyLoss, max_epochs=6, lr=0.2, callbacks=[scoring], **settings
    )
    return net.fit(*data())


def _skorch_series(net, kind: str, printed: str = "") -> dict:
    roles = {
        "train_loss": ("train_loss", True),
        "valid_loss": ("val_loss", True),
        "train_acc": ("train_metric", False),
        "valid_acc": ("val_metric", False),
    }
    return {
        name: curve(net.history[:, name], range(1, 7), kind=kind, role=role, lower=lower, printed=printed)
        for name, (role, lower) in roles.items()
    }


@case("skorch-console", "skorch")
def skorch_console(log: Path) -> Truth:
    with captured(log / "console.log"):
        net = _skorch()
    return truth("console.log", run(_skorch_series(net, "epoch", ".4f"), others=["dur"]))


@case("skorch-history", "skorch")
def skorch_history(log: Path) -> Truth:
    """`history.to_file`: one JSON list of epochs, each with its batches."""
    net = _skorch(verbose=0)
    net.history.to_file(str(log / "history.json"))
    return truth(
        "history.json",
        run(_skorch_series(net, "epoch"), others=["epoch", "dur", "train_batch_count", "valid_batch_count"]),
    )


SPACY_TEXTS = [
    ("I love this film", "good"),
    ("what a fine day", "good"),
    ("great and lovely", "good"),
    ("this is awful", "bad"),
    ("I hate the rain", "bad"),
    ("a poor and sad thing", "bad"),
]


def _spacy(write_to: Path, output_file: Path | None = None) -> list[dict]:
    """Trains a text classifier on a blank pipeline; what the logger was told, row by row."""
    import spacy
    from spacy.tokens import DocBin
    from spacy.training.initialize import init_nlp
    from spacy.training.loop import train
    from spacy.util import registry

    blank = spacy.blank("en")
    docs = []
    for text, label in SPACY_TEXTS * 4:
        doc = blank.make_doc(text)
        doc.cats = {"good": float(label == "good"), "bad": float(label == "bad")}
        docs.append(doc)
    DocBin(docs=docs).to_disk("train.spacy")
    told: list[dict] = []

    @registry.loggers("watched")
    def watched():
        setup = registry.loggers.get("spacy.ConsoleLogger.v3")(
            progress_bar=None, console_output=True, output_file=str(output_file) if output_file else None
        )

        def begin(nlp, stdout, stderr):
            step, end = setup(nlp, stdout, stderr)

            def both(info):
                if info is not None:
                    told.append(
                        {
                            "epoch": info["epoch"],
                            "step": info["step"],
                            "score": info["score"],
                            **{f"loss_{k}": v for k, v in info["losses"].items()},
                            **{k: v for k, v in info["other_scores"].items() if isinstance(v, float)},
                        }
                    )
                step(info)

            return both, end

        return begin

    config = {
        "paths": {"train": "train.spacy", "dev": "train.spacy"},
        "nlp": {"lang": "en", "pipeline": ["textcat"]},
        "components": {"textcat": {"factory": "textcat"}},
        "corpora": {
            part: {
                "@readers": "spacy.Corpus.v1",
                "path": f"{part}.spacy" if part == "train" else "train.spacy",
            }
            for part in ("train", "dev")
        },
        "training": {
            "train_corpus": "corpora.train",
            "dev_corpus": "corpora.dev",
            "max_steps": 60,
            "eval_frequency": 10,
            "patience": 0,
            "logger": {"@loggers": "watched"},
            "optimizer": {"@optimizers": "Adam.v1", "learn_rate": 0.01},
            "score_weights": {"cats_score": 1.0},
        },
    }
    import sys

    Path("model").mkdir()
    nlp = init_nlp(spacy.util.load_config(_config_file(config)), use_gpu=-1)
    with captured(write_to):
        train(nlp, Path("model"), stdout=sys.stdout, stderr=sys.stderr)
    return told


def _config_file(config: dict) -> Path:
    from confection import Config
    from spacy.language import DEFAULT_CONFIG

    whole = Config(config)
    Path("config.cfg").write_text(
        DEFAULT_CONFIG.merge(whole).to_str() if hasattr(DEFAULT_CONFIG, "merge") else whole.to_str(), "utf-8"
    )
    return Path("config.cfg")


@case("spacy-console", "spacy")
def spacy_console(log: Path) -> Truth:
    told = _spacy(log / "console.log")
    steps = [row["step"] for row in told]
    series = {
        "LOSS TEXTCAT": curve(
            [r["loss_textcat"] for r in told], steps, role="train_loss", lower=True, printed=".2f"
        ),
        "CATS_SCORE": curve(
            [100 * r["cats_score"] for r in told], steps, role="val_metric", lower=False, printed=".2f"
        ),
        "SCORE": curve([r["score"] for r in told], steps, printed=".2f"),
    }
    return truth("console.log", run(series))


@case("spacy-jsonl", "spacy")
def spacy_jsonl(log: Path) -> Truth:
    told = _spacy(Path("console.log"), log / "training.jsonl")
    steps = [row["step"] for row in told]
    series = {
        "losses/textcat": curve(
            [r["loss_textcat"] for r in told], steps, role="train_loss", lower=True, printed=".10f"
        ),
        "scores/cats_score": curve(
            [100 * r["cats_score"] for r in told], steps, role="val_metric", lower=False
        ),
        "score": curve([r["score"] for r in told], steps),
    }
    return truth("training.jsonl", run(series, others=["epoch", "step"]))
