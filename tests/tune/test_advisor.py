"""What the recommender must do from the first answer on; how well it does is measured apart."""

import math
import random
import subprocess
import sys

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from advisor.tune import Advisor
from advisor.tune.gaussian import kernel
from advisor.tune.space import Space

SPACE = {
    "lr": FloatDistribution(1e-5, 1.0, log=True),
    "batch_size": CategoricalDistribution((16, 32, 64, 128)),
    "hidden": IntDistribution(8, 256, log=True),
    "dropout": FloatDistribution(0.0, 0.7),
    "optimizer": CategoricalDistribution(("sgd", "adam")),
    "epochs": IntDistribution(2, 20),
    "temperature": FloatDistribution(0.0, 2.0, step=0.25),
}
FAR_OFF = {
    "lr": 0.9, "batch_size": 128, "hidden": 8, "dropout": 0.7, "optimizer": "sgd", "epochs": 3,
    "temperature": 1.0,
}  # fmt: skip


def inside(config):
    return set(config) == set(SPACE) and all(
        SPACE[n]._contains(SPACE[n].to_internal_repr(v)) for n, v in config.items()
    )


def training(config):
    """A made-up training: best at lr 0.02, wide, long, with little dropout."""
    if config["lr"] > 0.5:
        return None, [2.3, 40.0, math.nan]
    off = math.log10(config["lr"] / 0.02) ** 2 + config["dropout"] ** 2 + 4 / config["hidden"]
    end = 0.1 + 0.4 * off
    curve = [end + 2.0 * math.exp(-5 * (i + 1) / 20) for i in range(config["epochs"])]
    return curve[-1], curve


def test_first_answer_to_a_failed_run_is_a_safe_profile():
    advisor = Advisor(SPACE)
    advisor.tell(FAR_OFF, None, {"val_loss": [2.3, 40.0, math.nan]})
    config = advisor.ask()
    assert inside(config)
    assert 5e-4 <= config["lr"] <= 1e-2
    assert config["optimizer"] == "adam"
    assert config["dropout"] <= 0.4
    assert config["hidden"] > 32
    assert config["temperature"] == 1.0, "the middle, for what has no known role"


@pytest.mark.parametrize("started", [True, False])
def test_workers_that_wait_for_the_first_rerun_try_it_at_other_rates(started):
    advisor, running = Advisor(SPACE), []
    if started:
        advisor.tell(FAR_OFF, 2.3, {"val_loss": [2.4, 2.35, 2.3]})
    for _ in range(6):
        running.append(advisor.ask(pending=running))
    first, slower, faster, *others = running
    assert all(inside(config) for config in running)
    assert len({Space.of(SPACE).key(config) for config in running}) == 6
    assert slower == {**first, "lr": pytest.approx(first["lr"] / 3, rel=0.05)}
    assert faster == {**first, "lr": pytest.approx(first["lr"] * 3, rel=0.05)}
    assert all(config["lr"] < 0.1 for config in others), "a start that is far off is no place to go on from"


@pytest.mark.parametrize(("q7", "zeta"), [(1e-3, 1), (900.0, 39), (0.5, 20)])
def test_numbers_without_a_known_role_go_to_the_middle_wherever_they_started(q7, zeta):
    advisor = Advisor({"q7": FloatDistribution(1e-3, 1e3, log=True), "zeta": IntDistribution(1, 39)})
    advisor.tell({"q7": q7, "zeta": zeta}, 0.4)
    assert advisor.ask() == {"q7": 1.0, "zeta": 20}


@pytest.mark.parametrize(("started", "used"), [("adam", False), ("sgd", True)])
def test_no_rerun_is_spent_on_what_the_optimizer_does_not_use(started, used):
    space = {
        "lr": FloatDistribution(1e-5, 1.0, log=True),
        "optimizer": CategoricalDistribution((started,)),
        "momentum": FloatDistribution(0.0, 0.98),
    }
    advisor, config = Advisor(space), {"lr": 1e-4, "optimizer": started, "momentum": 0.25}
    asked = []
    for _ in range(6):
        advisor.tell(config, 1.0 + abs(math.log10(config["lr"]) + 2))
        config = advisor.ask()
        asked.append(config)
    assert any(config["momentum"] != 0.25 for config in asked) is used
    assert len({config["lr"] for config in asked}) >= (2 if used else 5)


def test_no_rerun_is_spent_on_heads_that_may_not_fit_or_on_other_validation_data():
    space = {
        "lr": FloatDistribution(1e-5, 1.0, log=True),
        "num_heads": IntDistribution(1, 8),
        "n_heads_listed": CategoricalDistribution((1, 2, 4)),
        "val_split": FloatDistribution(0.05, 0.5),
    }
    advisor, config = Advisor(space), {"lr": 1e-4, "num_heads": 4, "n_heads_listed": 2, "val_split": 0.2}
    listed = set()
    for _ in range(12):
        advisor.tell(config, 1.0 + abs(math.log10(config["lr"]) + 2) + 1 / config["n_heads_listed"])
        config = advisor.ask()
        assert (config["num_heads"], config["val_split"]) == (4, 0.2)
        listed.add(config["n_heads_listed"])
    assert len(listed) > 1, "what the user lists fits"


def test_numbers_are_proposed_with_no_more_digits_than_matter():
    space = {
        "lr": FloatDistribution(1.234567e-5, 1.0, log=True),
        "dropout": FloatDistribution(0.0, 0.7),
        "momentum": FloatDistribution(0.9, 0.9999),
        "grid": FloatDistribution(0.0125, 0.9, step=0.0125),
        "q7": FloatDistribution(0.1, 3.0),
    }
    advisor = Advisor(space)
    config = {"lr": 0.123456, "dropout": 0.654321, "momentum": 0.987654, "grid": 0.0125, "q7": 2.71828}
    digits = {"lr": 2, "dropout": 2, "q7": 3}
    asked = []
    for turn in range(12):
        advisor.tell(config, 1.0 + abs(math.log10(config["lr"]) + 3) + config["dropout"] / (turn + 1))
        config = advisor.ask()
        asked.append(config)
    for config in asked:
        for name, few in digits.items():
            assert config[name] in (float(f"{config[name]:.{few}g}"), space[name].low, space[name].high)
        lacking = 1 - config["momentum"]
        assert lacking == pytest.approx(float(f"{lacking:.2g}"), rel=1e-6)
        assert config["grid"] / 0.0125 == pytest.approx(round(config["grid"] / 0.0125), rel=1e-6)
    assert len({config["grid"] for config in asked}) > 1


def test_a_run_at_another_rate_tells_less_than_one_at_as_many_steps_of_dropout():
    space = Space.of({"lr": FloatDistribution(1e-5, 1.0, log=True), "dropout": FloatDistribution(0.0, 0.9)})
    here, rate, dropout = ({"lr": r, "dropout": d} for r, d in ((0.01, 0.3), (0.03, 0.3), (0.01, 0.45)))
    own, of_rate, of_dropout = kernel(space, [here], [here, rate, dropout])[0]
    assert own > of_dropout > of_rate > 0


def test_looks_far_from_where_every_run_was_poor():
    space = {"q7": FloatDistribution(0.0, 1.0), "zeta": FloatDistribution(0.0, 1.0)}
    advisor, config = Advisor(space), {"q7": 0.05, "zeta": 0.05}
    for _ in range(9):
        # Flat, but for a basin in the far corner.
        away = math.hypot(config["q7"] - 0.9, config["zeta"] - 0.85)
        advisor.tell(config, min(1.0, 0.1 + 2 * away))
        config = advisor.ask()
    assert min(told.cost for told in advisor.told) < 0.9


@pytest.mark.parametrize(
    "curves", [None, {"val": [1.0, 0.9, 0.8]}, {"train_loss": [1, 0.5], "val_loss": [1, 2]}]
)
def test_any_curves_or_none_will_do(curves):
    advisor = Advisor(SPACE)
    advisor.tell(FAR_OFF, 0.8, curves)
    assert inside(advisor.ask())


def test_never_the_same_configuration_twice_and_always_inside():
    advisor, seen = Advisor(SPACE, seed=3), []
    config = FAR_OFF
    for _ in range(12):
        value, curve = training(config)
        advisor.tell(config, value, {"val_loss": curve})
        seen.append(config)
        config = advisor.ask()
        assert inside(config)
        assert config not in seen


def test_five_reruns_come_near_the_best():
    advisor, config, values = Advisor(SPACE), FAR_OFF, []
    for _ in range(6):
        value, curve = training(config)
        values.append(value)
        advisor.tell(config, value, {"val_loss": curve})
        config = advisor.ask()
    assert values[0] is None
    assert min(v for v in values if v is not None) < 0.2


def test_the_same_seed_and_runs_give_the_same_answers():
    def answers():
        advisor, config = Advisor(SPACE, seed=5), FAR_OFF
        for _ in range(5):
            value, curve = training(config)
            advisor.tell(config, value, {"val_loss": curve})
            config = advisor.ask()
        return config

    assert answers() == answers()


def test_larger_is_better_where_the_mode_says_so():
    advisor = Advisor({"lr": SPACE["lr"], "width": IntDistribution(1, 9)}, mode="max")
    advisor.tell({"lr": 0.003, "width": 3}, 0.5)
    advisor.tell({"lr": 0.01, "width": 3}, 0.9)
    assert advisor.advise().config["lr"] > 0.004, "it goes on from the better run"


def test_a_direction_that_was_refused_is_not_tried_again():
    space = {"lr": SPACE["lr"], "epochs": IntDistribution(5, 5)}
    curve = {"val_loss": [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]}
    advisor = Advisor(space)
    advisor.tell({"lr": 0.2, "epochs": 5}, 2.0)
    advisor.tell({"lr": 0.003, "epochs": 5}, 0.3, curve)
    up = advisor.ask()
    assert up["lr"] > 0.003, "a curve that still falls steeply asks for a higher rate"
    advisor.tell(up, 0.5, curve)
    assert advisor.ask()["lr"] < 0.003


def _asked_after_a_rerun(curve, value, shortest=2):
    space = {
        "lr": FloatDistribution(1e-5, 1.0, log=True),
        "hidden": IntDistribution(8, 128, log=True),
        "epochs": IntDistribution(shortest, 40),
    }
    advisor = Advisor(space)
    advisor.tell({"lr": 1e-6, "hidden": 8, "epochs": 10}, 2.0, {"val_loss": [2.0] * 10})
    config = {"lr": 0.004, "hidden": 64, "epochs": len(curve)}
    advisor.tell(config, value, {"val_loss": curve})
    return advisor, config, advisor.advise()


MEMORISED = [1.5, 0.8, 0.5, 0.4, 0.35, 0.3, 0.34, 0.4, 0.46, 0.52, 0.6, 0.66, 0.73, 0.8, 0.86, 0.94]


@pytest.mark.parametrize(("shortest", "ended"), [(2, 6), (9, 9)])
def test_a_rerun_that_memorised_is_first_ended_where_it_was_best_and_nothing_else_is_changed(shortest, ended):
    _, config, advice = _asked_after_a_rerun(MEMORISED, MEMORISED[-1], shortest=shortest)
    assert advice.config == {**config, "epochs": ended}
    assert advice.reason == "it was best earlier"


def test_what_was_cured_of_memorising_by_its_length_is_not_made_smaller():
    settled = [1.5, 0.8, 0.5, 0.4, 0.37, 0.36, 0.355, 0.352, 0.35, 0.349]
    advisor, config, shorter = _asked_after_a_rerun([*settled, *MEMORISED[7:]], MEMORISED[-1])
    assert shorter.config == {**config, "epochs": len(settled)}
    advisor.tell(shorter.config, settled[-1], {"val_loss": settled})
    after = advisor.advise()
    assert after.config["hidden"] >= config["hidden"]
    assert after.reason != "it overfits"


def test_where_the_best_counts_nothing_is_gained_by_ending_earlier():
    _, config, advice = _asked_after_a_rerun(MEMORISED, min(MEMORISED))
    assert advice.config != {**config, "epochs": advice.config["epochs"]}


def test_a_run_that_overfits_is_ended_where_it_was_best():
    curve = [1.0, 0.5, 0.3, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    advisor = Advisor({"lr": SPACE["lr"], "epochs": IntDistribution(2, 12)})
    advisor.tell({"lr": 0.9, "epochs": 3}, None)
    advisor.tell({"lr": 0.003, "epochs": 12}, curve[-1], {"val_loss": curve})
    config = advisor.ask()
    assert config["epochs"] == 4
    assert 0.001 < config["lr"] < 0.01


def test_a_flat_curve_is_not_stuck_where_another_run_ended_far_worse():
    space = {"lr": FloatDistribution(1e-5, 1.0, log=True)}
    flat = [90.1, 90.9, 91.2, 91.5, 91.4, 91.6, 91.5, 91.6]
    reasons = []
    for worse in (38.0, 91.0):
        advisor = Advisor(space, "max")
        advisor.tell({"lr": 1e-3}, worse, {"val_acc": [worse - 0.5, worse]})
        advisor.tell({"lr": 0.01}, 91.6, {"val_acc": flat})
        reasons.append(advisor.advise().reason)
    assert "slowly" not in reasons[0]
    assert "slowly" in reasons[1]


def test_wrong_arguments_are_told():
    with pytest.raises(ValueError, match="mode"):
        Advisor(SPACE, mode="least")
    with pytest.raises(ValueError, match="empty"):
        Advisor({})


LR = FloatDistribution(1e-5, 1.0, log=True)


@pytest.mark.parametrize(
    ("name", "distribution", "role"),
    [
        ("model.channels", IntDistribution(2, 16), "hidden_units"),
        ("rnn_units", IntDistribution(4, 64), "hidden_units"),
        ("conv1_filters", IntDistribution(4, 64), "hidden_units"),
        ("lstm_layers", IntDistribution(1, 3), "layers"),
        ("model.cells", IntDistribution(4, 64), "hidden_units"),
        ("model.stack", IntDistribution(1, 3), "layers"),
        ("隐藏层大小", IntDistribution(4, 64), "hidden_units"),
        ("decay", FloatDistribution(1e-6, 0.1, log=True), "weight_decay"),
        ("keep_prob", FloatDistribution(0.2, 1.0), "keep_probability"),
        ("kernel_size", IntDistribution(3, 7), "kernel_size"),
        ("n_kernels", IntDistribution(3, 70), None),
        ("num_heads", IntDistribution(1, 8), "structure"),
        ("lr_head", LR, "learning_rate"),
        ("lr_schedule_checkpoints", IntDistribution(1, 4), None),
        ("model_width", FloatDistribution(0.25, 4.0), None),
        ("hsv_h", FloatDistribution(0.0, 0.02), None),
        ("img_channels", IntDistribution(1, 4), None),
        ("decay", FloatDistribution(0.5, 0.99), None),
        ("epsilon_decay", FloatDistribution(0.9, 0.999), None),
        ("mu_init_sd", FloatDistribution(0.1, 1.0), None),
        ("lambda_1", FloatDistribution(0.01, 1.0, log=True), None),
        ("dropout_keep_prob", FloatDistribution(0.2, 1.0), "keep_probability"),
        ("eval_batch_size", IntDistribution(8, 128), None),
        ("test_iters", IntDistribution(100, 1000), None),
        ("activation_fn_1", IntDistribution(1, 8), "activation"),
        ("mlp_ratio", FloatDistribution(1, 4), None),
        ("log_lr", FloatDistribution(-5, 0), None),
        ("lr_initial", LR, "learning_rate"),
        ("eta0", LR, "learning_rate"),
        ("x_bs", IntDistribution(8, 128), "batch_size"),
        ("x_clip", FloatDistribution(0.01, 100.0, log=True), "gradient_clipping"),
        ("clip_range", FloatDistribution(0.1, 0.3), None),
        ("lr_power", FloatDistribution(0.1, 2.0), None),
        ("lr_decay_steps_factor", FloatDistribution(0.01, 0.99), None),
        ("exponential_decay", FloatDistribution(1e-6, 1e-3, log=True), None),
        ("n_steps", IntDistribution(60, 300), "max_steps"),
        ("z_dim", IntDistribution(2, 64), "hidden_units"),
        ("隐藏维度", IntDistribution(8, 128), "hidden_units"),
        ("algorithm", CategoricalDistribution(("SGD", "Adam")), "optimizer"),
        ("act1", CategoricalDistribution(("leaky_relu", "tanh", "none")), "activation"),
        ("policy", CategoricalDistribution(("constant", "cosine")), "scheduler"),
        ("penalty", CategoricalDistribution(("linear", "none")), None),
        ("kernel", CategoricalDistribution(("linear", "poly")), None),
        ("学习率", LR, "learning_rate"),
    ],
)
def test_a_searched_name_is_read_as_a_person_reads_it(name, distribution, role):
    assert Space.of({name: distribution}).dimensions[0].role == role


@pytest.mark.parametrize("seed", range(4))
def test_any_space_gets_answers_inside_it(seed):
    """Names, kinds and bounds that no script of ours has, with runs that fail, tie, or have no curves."""
    space = {
        "学习率": FloatDistribution(1e-4, 10.0, log=True),
        "momentum": FloatDistribution(0.0, 1.0),
        "beta2": FloatDistribution(0.9, 0.9999),
        "nesterov": CategoricalDistribution((True, False)),
        "init": CategoricalDistribution((None, "he", 3)),
        "depth": IntDistribution(1, 1),
        "clip": FloatDistribution(0.0, 5.0),
        "iters": IntDistribution(100, 900, step=100),
        "wd": CategoricalDistribution((0.0, 1e-4, 1e-2)),
        "x": FloatDistribution(-3.0, 3.0),
    }
    draw = random.Random(seed)
    config = {n: draw.choice(d.choices) if hasattr(d, "choices") else d.low for n, d in space.items()}
    advisor, seen = Advisor(space, mode=("min", "max")[seed % 2], seed=seed), []
    for turn in range(8):
        value = [None, 1.0, 1.0, math.nan, -0.5, 3.0, 0.0, 1e30][turn]
        advisor.tell(config, value, [None, {"val": [3.0, 2.0]}, {}][turn % 3])
        seen.append(config)
        config = advisor.ask()
        assert set(config) == set(space)
        assert all(space[n]._contains(space[n].to_internal_repr(v)) for n, v in config.items()), config
        assert config not in seen


def test_asking_needs_no_torch():
    code = (
        "import sys\nfrom advisor.tune import Advisor\n"
        "from optuna.distributions import FloatDistribution as F\n"
        "a = Advisor({'lr': F(1e-5, 1, log=True), 'dropout': F(0, 0.7)})\n"
        "for lr in (0.9, 0.01, 0.003): a.tell({'lr': lr, 'dropout': 0.1}, lr); a.ask()\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("rate", ["auto", None, float("nan")])
def test_a_told_rate_that_is_no_number_is_lived_with(rate):
    advisor = Advisor({"lr": LR, "units": IntDistribution(8, 64)})
    for units in (8, 16, 32):
        advisor.tell({"lr": rate, "units": units}, 2.3, {"val_loss": [2.3, 2.31, 2.3, 2.29]})
        asked = advisor.ask()
        assert LR._contains(asked["lr"])
