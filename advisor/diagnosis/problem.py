"""The problems and causes that a finding can name. These ids are public API: scripts match on them."""

from enum import StrEnum


class Problem(StrEnum):
    """What is wrong with a run (or that nothing is)."""

    NON_FINITE = "non_finite"
    DIVERGED = "diverged"
    NOT_LEARNING = "not_learning"
    LOSS_SPIKES = "loss_spikes"
    OSCILLATING = "oscillating"
    SLOW_CONVERGENCE = "slow_convergence"
    PLATEAU = "plateau"
    OVERFITTING = "overfitting"
    PAST_BEST = "past_best"
    UNDERFITTING = "underfitting"
    STILL_IMPROVING = "still_improving"
    VALIDATION_BETTER = "validation_better"
    LOSS_METRIC_DISAGREE = "loss_metric_disagree"
    EXPLODING_GRADIENTS = "exploding_gradients"
    VANISHING_GRADIENTS = "vanishing_gradients"
    SCHEDULE = "schedule"
    NOISY_GRADIENTS = "noisy_gradients"
    TOO_SHORT = "too_short"
    HEALTHY = "healthy"

    # Causes: what made the run go wrong, where the log can tell.
    LR_TOO_HIGH = "lr_too_high"
    LR_TOO_LOW = "lr_too_low"
    LABEL_NOISE = "label_noise"
    UNSHUFFLED = "unshuffled"
    UNSCALED_INPUTS = "unscaled_inputs"
    DEAD_UNITS = "dead_units"
    BAD_INITIALISATION = "bad_initialisation"
    VALIDATION_SHIFT = "validation_shift"
    VALIDATION_LEAKAGE = "validation_leakage"
    VALIDATION_LABELS = "validation_labels"
    OVER_REGULARISED = "over_regularised"
    CAPACITY = "capacity"
    CLASS_IMBALANCE = "class_imbalance"
    OUT_OF_MEMORY = "out_of_memory"
    INPUT_BOUND = "input_bound"

    # Beyond the public list: what a log says of the program, half precision, single layers and units,
    # policies and of two networks that play against each other, and a user's own.
    CRASHED = "crashed"
    SLOWING = "slowing"
    MEMORY_GROWTH = "memory_growth"
    LOSS_SCALE = "loss_scale"
    WRONG_SHAPES = "wrong_shapes"
    NO_GRADIENT = "no_gradient"
    CLIPPING = "clipping"
    SATURATED_UNITS = "saturated_units"
    UPDATE_RATIO = "update_ratio"
    RESTART = "restart"
    EVALUATION = "evaluation"
    SMALL_VALIDATION = "small_validation"
    METRIC_CEILING = "metric_ceiling"
    REWARD_COLLAPSE = "reward_collapse"
    ENTROPY_COLLAPSE = "entropy_collapse"
    KL_BLOW_UP = "kl_blow_up"
    VALUE_LOSS_EXPLOSION = "value_loss_explosion"
    ADVERSARIAL_IMBALANCE = "adversarial_imbalance"
    TARGET_LEAKAGE = "target_leakage"
    LOSS_SETUP = "loss_setup"
    WIRING = "wiring"
    CUSTOM = "custom"


ABOUT_DATA = frozenset(
    {Problem.VALIDATION_LEAKAGE, Problem.VALIDATION_SHIFT, Problem.VALIDATION_LABELS, Problem.UNSHUFFLED}
)
"""Problems of the data, which no change of a hyperparameter mends."""

CAUSES = frozenset(
    {
        Problem.LR_TOO_HIGH,
        Problem.LR_TOO_LOW,
        Problem.LABEL_NOISE,
        Problem.UNSHUFFLED,
        Problem.UNSCALED_INPUTS,
        Problem.DEAD_UNITS,
        Problem.BAD_INITIALISATION,
        Problem.VALIDATION_SHIFT,
        Problem.VALIDATION_LEAKAGE,
        Problem.VALIDATION_LABELS,
        Problem.OVER_REGULARISED,
        Problem.CAPACITY,
        Problem.CLASS_IMBALANCE,
        Problem.OUT_OF_MEMORY,
        Problem.INPUT_BOUND,
    }
)
"""The problems that say why a run went wrong, not how."""

BLOW_UPS = frozenset({Problem.NON_FINITE, Problem.DIVERGED})
"""The symptoms of a loss that left every bound."""

BLOWS_UP = frozenset(
    {
        Problem.LR_TOO_HIGH,
        Problem.UNSCALED_INPUTS,
        Problem.BAD_INITIALISATION,
    }
)
"""The causes that make a loss leave every bound by themselves: no order of samples and no label does."""

GROUPS = frozenset(
    {Problem.SCHEDULE, Problem.CUSTOM, Problem.CRASHED, Problem.UPDATE_RATIO, Problem.EVALUATION}
)
"""Ids that stand for several faults: two findings of such an id may be two different things."""

OPPOSITES = (
    frozenset({Problem.LR_TOO_HIGH, Problem.LR_TOO_LOW}),
    frozenset({Problem.OVERFITTING, Problem.UNDERFITTING}),
    frozenset({Problem.OVERFITTING, Problem.OVER_REGULARISED}),
    frozenset({Problem.PLATEAU, Problem.STILL_IMPROVING}),
)
"""Problems whose remedies are opposite: one answer names one of them."""
