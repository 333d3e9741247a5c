"""Which of our problems each finding of another tool names. Data only.

Where a finding names several (a loss that "oscillates" under the title "LR too high"), it counts as each of
them: a tool is never marked down for its choice of words.
"""

Names = dict[str, frozenset[str]]


def _named(**names: str) -> Names:
    return {name: frozenset(problems.split()) for name, problems in names.items()}


TOOLS: dict[str, Names] = {
    "runmedic": _named(
        non_finite="non_finite diverged",
        divergence="diverged lr_too_high",
        loss_spikes="loss_spikes",
        no_learning="not_learning",
        overfitting="overfitting past_best",
        val_below_train="validation_better validation_leakage over_regularised",
        grad_spikes="exploding_gradients",
        constant_lr_plateau="plateau schedule",
    ),
    "training-doctor": {
        "lr_too_high": frozenset({"lr_too_high"}),
        "lr_too_high:nan": frozenset({"non_finite", "diverged"}),
        "lr_too_low": frozenset({"lr_too_low", "slow_convergence"}),
        "plateau": frozenset({"plateau"}),
        "overfitting": frozenset({"overfitting", "past_best"}),
        "gradient_instability": frozenset(),
        "gradient_instability:nan": frozenset({"non_finite", "exploding_gradients"}),
        "gradient_instability:exploding": frozenset({"exploding_gradients"}),
        "gradient_instability:vanishing": frozenset({"vanishing_gradients"}),
    },
    "sk-autod": {
        "Classic overfitting": frozenset({"overfitting"}),
        "Exploding gradient": frozenset({"exploding_gradients", "loss_spikes"}),
        "LR too high": frozenset({"lr_too_high", "oscillating"}),
        "LR too low": frozenset({"lr_too_low", "slow_convergence"}),
        "Underfitting": frozenset({"underfitting"}),
        "Dying ReLU proxy": frozenset({"dead_units", "bad_initialisation"}),
        "Noisy training": frozenset({"noisy_gradients", "oscillating"}),
        "Data leakage": frozenset({"validation_leakage", "validation_better"}),
        "Missed early stopping": frozenset({"past_best"}),
        "Label noise floor": frozenset({"label_noise", "plateau"}),
    },
    "trainlens": {
        "Possible overfitting": frozenset({"overfitting"}),
        "Validation metric is unstable": frozenset({"oscillating"}),
        "Metric appears to have stabilized": frozenset({"plateau"}),
        "Loss plateau detected": frozenset({"plateau"}),
    },
    "trainpulse": _named(
        nan_detector="non_finite diverged",
        loss_spike="loss_spikes diverged",
        gradient="exploding_gradients vanishing_gradients",
        learning_rate="schedule",
        plateau="plateau",
    ),
    "AUTOTRAINER": _named(
        explode="non_finite diverged exploding_gradients",
        vanish="vanishing_gradients",
        relu="dead_units",
        slow="slow_convergence lr_too_low",
        oscillating="oscillating",
    ),
}
"""By tool and by what it calls its finding; what does not stand here is about nothing that is judged."""

ALARMS = frozenset({"warning", "critical", "medium", "high"})
"""Severities, in lower case, from which a finding counts as an alarm."""

KNOWS: dict[str, frozenset[str]] = {tool: frozenset().union(*names.values()) for tool, names in TOOLS.items()}
"""Every problem that a tool has a name for."""
