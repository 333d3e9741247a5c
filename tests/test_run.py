import math

import numpy as np

from advisor.run import Hyperparameter, Role, Run, Series, Trust, total_points


def series(y, name="loss", role=Role.TRAIN_LOSS, certainty=1.0):
    y = np.asarray(y, dtype=float)
    return Series(name, y, np.arange(1.0, y.size + 1), np.arange(y.size), "epoch", role, True, certainty)


def test_summary_takes_extremes_over_finite_values_and_counts_the_rest():
    s = series([3.0, math.nan, 1.0, math.inf, 1.0]).summary()
    assert (s.n, s.first, s.last, s.min, s.argmin, s.max, s.argmax) == (5, 3.0, 1.0, 1.0, 2, 3.0, 0)
    assert (s.non_finite, s.x_first, s.x_last) == (2, 1.0, 5.0)


def test_summary_of_nothing_and_of_nothing_finite():
    assert series([]).summary().argmin is None
    s = series([math.nan, math.inf]).summary()
    assert (s.argmin, s.argmax, s.non_finite) == (None, None, 2)
    assert math.isnan(s.min)


def test_the_surest_curve_of_a_role_speaks_for_it_then_the_longest():
    part = series([1, 2, 3, 4], "box_loss", certainty=0.5)
    total = series([1, 2], "loss")
    longer = series([1, 2, 3], "train/loss")
    run = Run("log", (part, total, longer))
    assert run.main(Role.TRAIN_LOSS) is longer
    assert [s.name for s in run.with_role(Role.TRAIN_LOSS)] == ["train/loss", "loss", "box_loss"]
    assert run.main(Role.VAL_LOSS) is None
    assert total_points([run]) == 9


def test_the_most_trusted_value_of_a_role_wins():
    run = Run(
        "log",
        (),
        hyperparameters=(
            Hyperparameter("lr", 0.1, "learning_rate", "log line 3", Trust.PRINTED),
            Hyperparameter("--lr", "0.3", "learning_rate", "command line", Trust.COMMAND_LINE),
            Hyperparameter("lr0", None, "learning_rate", "args.yaml", Trust.OWN_RECORD),
        ),
    )
    assert run.hyperparameter("learning_rate").name == "--lr"
    assert run.number("learning_rate") == 0.3
    assert run.number("batch_size") is None


def test_words_and_switches_are_no_numbers():
    run = Run("log", (), hyperparameters=(Hyperparameter("nesterov", True, "momentum", "c"),
                                          Hyperparameter("opt", "adam", "optimizer", "c")))  # fmt: skip
    assert run.number("momentum") is None
    assert run.number("optimizer") is None


def test_frame_holds_every_point():
    run = Run("log", (series([3, 2, 1]), series([1.5], "val_loss", Role.VAL_LOSS)))
    frame = run.frame()
    assert list(frame.columns) == ["series", "role", "x", "y", "at"]
    assert frame.groupby("series").size().to_dict() == {"loss": 3, "val_loss": 1}
    assert Run("log", ()).frame().empty
