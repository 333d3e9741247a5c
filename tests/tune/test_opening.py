"""The first rerun follows what the start showed: far off, learned, overfitted, or with a small loss."""

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from advisor.tune import Advisor

RATE = FloatDistribution(1e-5, 10.0, log=True)
SPACE = {
    "lr": RATE,
    "batch_size": CategoricalDistribution((8, 16, 32, 64)),
    "dropout": FloatDistribution(0.0, 0.7),
    "epochs": IntDistribution(2, 20),
}
START = {"lr": 0.003, "batch_size": 32, "dropout": 0.0, "epochs": 10}
SETTLED = [1.6, 0.9, 0.5, 0.35, 0.3, 0.29, 0.285, 0.284, 0.283, 0.282]
OVERFIT = [0.9, 0.5, 0.4, 0.45, 0.55, 0.7, 0.85, 1.0, 1.1, 1.2]
FLAT = [2.3, 2.31, 2.3, 2.3, 2.31, 2.3, 2.3, 2.31, 2.3, 2.3]


def asked(space, start, curve):
    advisor = Advisor(space)
    advisor.tell(start, curve[-1], {"val_loss": curve})
    return advisor.ask()


def test_longer_steps_that_worked_are_met_half_way():
    high = {**START, "lr": 0.03}
    usual, near = asked(SPACE, high, FLAT), asked(SPACE, high, SETTLED)
    assert usual["lr"] < near["lr"] < 0.03
    assert near["epochs"] == usual["epochs"] == 20, "size and length are taken over"


def test_a_rate_that_is_absurd_is_left_whatever_its_curve_shows():
    absurd = {**START, "lr": 3.0}
    assert asked(SPACE, absurd, SETTLED) == asked(SPACE, absurd, FLAT)


def test_choices_that_worked_stay():
    space = {**SPACE, "optimizer": CategoricalDistribution(("sgd", "adam"))}
    start = {**START, "lr": 0.03, "optimizer": "sgd"}
    assert asked(space, start, SETTLED)["optimizer"] == "sgd"
    assert asked(space, start, FLAT)["optimizer"] == "adam"


def test_an_activation_stays_unless_it_holds_the_net_back():
    space = {**SPACE, "activation": CategoricalDistribution(("sigmoid", "tanh", "gelu"))}
    kept, changed = (asked(space, {**START, "activation": a}, FLAT) for a in ("tanh", "sigmoid"))
    assert (kept["activation"], changed["activation"]) == ("tanh", "gelu")


def test_a_start_that_overfits_gets_calmer_steps():
    usual, calm = asked(SPACE, START, FLAT), asked(SPACE, START, OVERFIT)
    assert calm["lr"] == pytest.approx(usual["lr"] / 2, rel=0.02)
    assert calm["batch_size"] == 2 * usual["batch_size"]
    assert calm["epochs"] == 6, "twice where it was best, not as long as can be"


def test_one_that_is_judged_by_its_best_value_does_not():
    advisor = Advisor(SPACE)
    advisor.tell(START, min(OVERFIT), {"val_loss": OVERFIT})
    assert advisor.ask() == asked(SPACE, START, FLAT)


def test_plain_gradient_steps_grow_where_the_loss_is_small_and_shrink_where_it_is_huge():
    space = {"lr": RATE, "momentum": FloatDistribution(0.0, 0.98)}
    start = {"lr": 1e-4, "momentum": 0.0}
    small, usual, huge = (asked(space, start, [scale * v for v in FLAT])["lr"] for scale in (0.03, 1, 100))
    assert small > 2 * usual > 4 * huge
    assert asked(SPACE, START, [0.03 * v for v in FLAT]) == asked(SPACE, START, FLAT), "Adam's do not"


def test_the_first_losses_of_a_rate_far_too_high_are_no_scale():
    space = {"lr": RATE, "momentum": FloatDistribution(0.0, 0.98)}
    blown = [30.8, 5.9, 3.6, 2.7, 2.4]
    wild, still = ({"lr": rate, "momentum": 0.9} for rate in (8.0, 1e-4))
    assert asked(space, wild, blown) == asked(space, still, FLAT)
    assert asked(space, wild, blown)["lr"] > asked(space, still, blown)["lr"], "a still one's are"


def test_what_an_absurd_rate_came_down_to_tells_whether_classes_are_told_apart():
    space = {**SPACE, "gru_units": IntDistribution(8, 64, log=True)}
    wild, still = ({**START, "lr": rate, "gru_units": 8} for rate in (5.0, 1e-4))
    down = [27.0, 9.0, 5.0, 3.2, 2.6, 2.5, 2.45, 2.4, 2.4, 2.4]
    assert asked(space, wild, down)["lr"] == asked(space, still, FLAT)["lr"]
    huge = [1000 * v for v in down]
    assert asked(space, wild, huge)["lr"] > asked(space, wild, down)["lr"], "that is no scale at all"


def test_a_rate_of_plain_steps_that_worked_is_kept_as_it_is_at_the_new_batch_size():
    space = {"lr": RATE, "momentum": FloatDistribution(0.0, 0.98), "batch_size": SPACE["batch_size"]}
    near = asked(space, {"lr": 0.2, "momentum": 0.9, "batch_size": 64}, SETTLED)
    assert near["batch_size"] == 16
    assert near["lr"] == pytest.approx(0.1)


def test_a_longer_rate_of_plain_steps_under_which_the_loss_falls_calmly_is_kept_too():
    space = {"lr": RATE, "momentum": FloatDistribution(0.0, 0.98), "epochs": SPACE["epochs"]}
    calm, wild = ([2.3, 2.2, 2.1, 2.0, *end] for end in ((1.9, 1.8), (2.2, 2.4)))
    kept, left = (
        asked(space, {"lr": 0.2, "momentum": 0.9, "epochs": 6}, curve)["lr"] for curve in (calm, wild)
    )
    assert kept == 0.2
    assert left < 0.1


def test_weights_decay_more_where_units_can_be_dropped():
    start = {"lr": 1e-4, "dropout": 0.5, "l2": 0.1}
    fewer = {"lr": RATE, "l2": FloatDistribution(1e-6, 0.1, log=True)}
    less, more = (
        asked(space, start, FLAT)["l2"] for space in (fewer, {**fewer, "dropout": SPACE["dropout"]})
    )
    assert 1e-4 < less < more < 1e-2


@pytest.mark.parametrize("momentum", [{}, {"momentum": FloatDistribution(0.0, 0.98)}])
def test_batches_are_smaller_where_no_unit_can_be_dropped(momentum):
    start = {"lr": 1e-4, "batch_size": 64, "momentum": 0.0}
    fewer = {"lr": RATE, "batch_size": SPACE["batch_size"], **momentum}
    dropping = {**fewer, "dropout": SPACE["dropout"]}
    small, large = (asked(space, {**start, "dropout": 0.5}, FLAT) for space in (fewer, dropping))
    assert small["batch_size"] < large["batch_size"]
    assert small["lr"] <= large["lr"]


def test_a_recurrent_net_that_tells_classes_apart_takes_shorter_steps():
    space = {**SPACE, "lstm_units": IntDistribution(8, 64, log=True)}
    start = {**START, "lr": 1e-4, "lstm_units": 8}
    classes, signal = (asked(space, start, [scale * v for v in FLAT]) for scale in (1.0, 0.1))
    assert classes["lr"] < signal["lr"]


def test_rounds_of_messages_in_a_net_make_it_no_boosting():
    space = {**SPACE, "num_rounds": IntDistribution(1, 5), "hid_dim": IntDistribution(8, 128)}
    start = {**START, "num_rounds": 1, "hid_dim": 8}
    found = asked(space, start, FLAT)
    assert found["lr"] == asked(SPACE, START, FLAT)["lr"]
    assert found["num_rounds"] == 3, "the middle, not as long as can be"
    boosted = {"lr": RATE, "num_rounds": IntDistribution(10, 500)}
    assert asked(boosted, {"lr": 1e-4, "num_rounds": 10}, FLAT)["num_rounds"] == 500


def test_what_has_to_fit_stays_as_it_ran_and_kernels_are_odd():
    space = {
        **SPACE,
        "num_heads": IntDistribution(1, 8),
        "patch_size": IntDistribution(2, 8),
        "kernel_size": IntDistribution(3, 9),
        "val_split": FloatDistribution(0.1, 0.5),
    }
    found = asked(space, {**START, "num_heads": 4, "patch_size": 4, "kernel_size": 3, "val_split": 0.2}, FLAT)
    assert (found["num_heads"], found["patch_size"], found["val_split"]) == (4, 4, 0.2)
    assert found["kernel_size"] % 2 == 1


def test_a_schedule_that_halves_the_rate_each_time_is_no_usual_one():
    space = {**SPACE, "lr_decay": FloatDistribution(0.1, 1.0)}
    assert asked(space, {**START, "lr_decay": 0.1}, FLAT)["lr_decay"] > 0.9
    kernel = {"C": FloatDistribution(1e-3, 1e3, log=True), "gamma": FloatDistribution(1e-5, 10.0, log=True)}
    assert asked(kernel, {"C": 1e-3, "gamma": 1e-5}, FLAT)["gamma"] == pytest.approx(0.01)


def test_a_rate_of_its_own_for_a_head_makes_no_attention():
    space = {"base_lr": RATE, "batch_size": SPACE["batch_size"], "head_lr": RATE}
    start = {"base_lr": 1e-4, "batch_size": 64, "head_lr": 1e-4}
    assert asked(space, start, FLAT)["batch_size"] == 8


PLATEAU = [0.169, 0.0982, 0.0751, 0.0740, 0.0735, 0.0733, 0.0732, 0.0731, 0.07305, 0.0730, 0.0729, 0.0728]
"""A denoiser under plain gradient steps that are too short: it learned the mean picture and no more."""


def test_a_plateau_that_is_gone_down_too_evenly_asks_for_longer_steps():
    space = {"lr": FloatDistribution(1e-4, 10.0, log=True), "momentum": FloatDistribution(0.0, 0.98)}
    advisor = Advisor(space)
    advisor.tell({"lr": 1e-3, "momentum": 0.0}, 0.2278, {"val_loss": [0.2291, 0.2286, 0.2281, 0.2278]})
    advisor.tell({"lr": 0.05, "momentum": 0.9}, 0.0728, {"val_loss": PLATEAU})
    advice = advisor.advise()
    assert advice.config["lr"] >= 0.15
    assert advice.reason == "it learns slowly"


def test_the_same_curve_with_noise_at_its_end_is_taken_for_settled():
    space = {"lr": FloatDistribution(1e-4, 10.0, log=True), "momentum": FloatDistribution(0.0, 0.98)}
    advisor = Advisor(space)
    advisor.tell({"lr": 1e-3, "momentum": 0.0}, 0.2278, {"val_loss": [0.2291, 0.2286, 0.2281, 0.2278]})
    noisy = [y + (0.001 if i % 2 else -0.001) for i, y in enumerate(PLATEAU)]
    advisor.tell({"lr": 0.05, "momentum": 0.9}, min(noisy), {"val_loss": noisy})
    assert advisor.advise().reason != "it learns slowly"


@pytest.mark.parametrize("name", ["d_model", "d-model", "model.d-model"])
def test_attention_is_known_by_its_names_however_they_are_joined(name):
    space = {**SPACE, name: CategoricalDistribution((16, 32, 64))}
    plain = asked({**SPACE, "hidden": space[name]}, {**START, "hidden": 32}, FLAT)
    attention = asked(space, {**START, name: 32}, FLAT)
    assert attention["lr"] < plain["lr"]
    assert attention["batch_size"] > plain["batch_size"]


def test_a_dense_net_starts_with_more_dropout_than_one_that_shares_its_weights():
    shared = asked({**SPACE, "conv_channels": IntDistribution(4, 64)}, {**START, "conv_channels": 8}, FLAT)
    assert asked(SPACE, START, FLAT)["dropout"] > shared["dropout"] > 0


def test_of_choices_that_mean_nothing_known_a_far_off_start_takes_the_first():
    space = {**SPACE, "penalty": CategoricalDistribution(("l2", "l1", "elasticnet"))}
    start = {**START, "lr": 0.03, "penalty": "l1"}
    assert asked(space, start, FLAT)["penalty"] == "l2"
    assert asked(space, start, SETTLED)["penalty"] == "l1"


def test_a_range_for_plain_steps_gets_their_rate_unless_a_name_tells_of_scaled_ones():
    plain = {"lr": FloatDistribution(1e-4, 10.0, log=True), "batch": IntDistribution(8, 64)}
    scaled = {**plain, "beta1": FloatDistribution(0.5, 0.99)}
    start = {"lr": 1e-4, "batch": 64, "beta1": 0.5}
    assert asked(plain, start, FLAT)["lr"] > 3 * asked(scaled, start, FLAT)["lr"]


def test_a_net_is_as_wide_as_the_middle_of_a_range_about_wide_ones():
    narrow, wide = ({**SPACE, "units": IntDistribution(low, 1024, log=True)} for low in (8, 256))
    assert asked(narrow, {**START, "units": 1024}, FLAT)["units"] == 128
    assert asked(wide, {**START, "units": 1024}, FLAT)["units"] == 512


def test_a_score_does_not_mind_a_net_that_is_too_sure_of_itself():
    space = {**SPACE, "momentum": FloatDistribution(0.0, 0.98), "units": IntDistribution(8, 256, log=True)}
    start = {**START, "lr": 1e-5, "momentum": 0.0, "units": 8}
    judged_by_loss = asked(space, start, FLAT)
    advisor = Advisor(space, "max")
    advisor.tell(start, 0.1, {"val_accuracy": [0.1] * 10})
    judged_by_score = advisor.ask()
    assert judged_by_score["dropout"] < judged_by_loss["dropout"]
    assert judged_by_score["units"] > judged_by_loss["units"]


def test_numbers_that_mean_nothing_known_go_half_way_where_a_start_learned():
    space = {**SPACE, "temper": FloatDistribution(0.0, 1.0)}
    start = {**START, "lr": 0.03, "temper": 0.9}
    assert asked(space, start, SETTLED)["temper"] == pytest.approx(0.7)
    assert asked(space, start, FLAT)["temper"] == 0.5


MEMORISED_WITH_NOISE = [0.453, 0.436, 0.474, 0.456, 0.522, 0.48, 0.431, 0.586, 0.596, 0.607, 0.532]
"""A net on a table with embeddings, whose validation loss rises and swings by as much."""


def test_a_noisy_rise_past_the_best_counts_where_the_rules_found_it():
    advisor = Advisor(SPACE)
    advisor.tell({**START, "lr": 1e-5}, 0.674, {"val_loss": [0.674, 0.674, 0.673, 0.673]})
    advisor.tell(START, MEMORISED_WITH_NOISE[-1], {"val_loss": MEMORISED_WITH_NOISE})
    assert advisor.told[-1].reading.overfit
    assert advisor.advise().reason in ("it overfits", "it was best earlier")
    advisor.tell(START, min(MEMORISED_WITH_NOISE), {"val_loss": MEMORISED_WITH_NOISE})
    assert not advisor.told[-1].reading.overfit, "nothing is lost where the best counts"


def test_a_few_hidden_ones_beside_a_width_are_layers():
    few = IntDistribution(1, 4)
    beside = asked(
        {**SPACE, "width": IntDistribution(4, 256), "n_hidden": few},
        {**START, "width": 64, "n_hidden": 1},
        FLAT,
    )
    alone = asked({**SPACE, "n_hidden": few}, {**START, "n_hidden": 1}, FLAT)
    assert (beside["n_hidden"], alone["n_hidden"]) == (2, 4)
    assert beside["width"] > 64


@pytest.mark.parametrize(("name", "usual"), [("init-scale", 1.0), ("init_gain", 1.0), ("init_std", 0.1)])
def test_weights_start_as_large_as_is_usual(name, usual):
    space = {**SPACE, name: FloatDistribution(0.001, 10.0, log=True)}
    assert asked(space, {**START, name: 5.0}, FLAT)[name] == usual
