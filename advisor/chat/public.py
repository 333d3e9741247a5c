"""What `advisor ask` calls things: intents, actions and slots, as `intents.json` lists them.

The names are public and do not change; inside, a slot holds the role of a hyperparameter.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from advisor.chat.intent import Slots

_FILE = Path(__file__).resolve().parent / "intents.json"
_OWN = {
    "findings": "diagnose",
    "quit": "smalltalk",
    "correct_role": "inform",
    "sent": "help",
    "how_sure": "explain_why",
    "plain_words": "explain_why",
    "leave_it": "what_if",
    "how_much": "what_if",
    "what_else": "diagnose",
    "next_step": "recommend",
    "where_to_change": "recommend",
    "changed": "query_value",
    "list_settings": "query_value",
    "list_curves": "query_value",
    "what_to_log": "diagnose",
    "how_long": "query_value",
    "turned": "query_value",
    "which_run": "summarize_run",
    "how_ended": "summarize_run",
    "which_loss": "explain_concept",
    "had_stopped": "what_if",
    "which_cause": "explain_why",
    "second_thoughts": "explain_why",
    "many_runs": "compare_runs",
}
_NAMES = {
    "learning_rate": "lr",
    "train_size": "n_train",
    "val_size": "n_val",
    "layers": "n_layers",
    "gradient_clipping": "grad_clip",
    "scheduler": "schedule",
}
_OPS = {"multiply": "mul", "divide": "div"}


@cache
def intents() -> Mapping[str, Mapping[str, Any]]:
    """For each public intent its `usual_action` and its `slots`."""
    found: dict[str, dict[str, Any]] = json.loads(_FILE.read_text("utf-8"))
    return found


def public_intent(name: str) -> str:
    """The public name of an intent of ours."""
    return _OWN.get(name, name)


def usual_action(intent: str) -> str:
    """What an intent usually comes to; a question back where there is no intent."""
    return str(intents()[intent]["usual_action"]) if intent in intents() else "ask"


def public_slots(intent: str, slots: Slots) -> dict[str, Any]:
    """The slots of an intent as they are called outside."""
    known = intents().get(intent, {}).get("slots", [])
    return {name: _public(name, value) for name, value in slots.items() if name in known}


# Names of pages of which the public name is another than the page's own with underscores.
_CONCEPTS = {
    "precision and recall": "precision_recall",
    "hyperparameters": "parameters_vs_hyperparameters",
    "adam and sgd": "adam_vs_sgd",
    "hyperparameter search": "automatic_tuning",
    "choosing a learning rate": "choosing_lr",
    "learning-rate range test": "lr_range_test",
    "learning-rate schedule": "lr_schedule",
    "warm-up": "warmup",
    "batch normalisation": "batchnorm",
}
_OSCILLATION = ("oscillat", "震荡", "振荡", "too large", "too high", "太大", "过大")


def public_concept(asked: str) -> str:
    """The public name of what an explanation is asked of: the page's, else the words themselves."""
    from advisor.chat.concepts import find_concept
    from advisor.chat.explain import mentioned

    if any(word in asked for word in _OSCILLATION) and (
        "学习率" in asked or "rate" in asked or "lr" in asked
    ):
        return "lr_oscillation"
    page = find_concept(mentioned(asked) or asked)
    if page is None:
        words = asked.split()
        return words[-1] if words and asked.isascii() else asked
    return _CONCEPTS.get(page.name, page.name.replace(" ", "_").replace("-", "_"))


def _public(name: str, value: Any) -> Any:
    if name == "concept":
        return public_concept(str(value))
    if name == "changes":
        return [[_NAMES.get(role, role), _OPS.get(op, op), _number(to)] for role, op, to in value]
    if name in ("hparam", "topic", "metric"):
        return _NAMES.get(value, value)
    if name == "op":
        return _OPS.get(value, value)
    if isinstance(value, list | tuple):
        return [_number(item) for item in value]
    return _number(value)


def _number(value: Any) -> Any:
    """Whole numbers without a fraction; no digits that only the arithmetic made."""
    if not isinstance(value, float):
        return value
    rounded = float(f"{value:.10g}")
    return int(rounded) if rounded == int(rounded) and abs(rounded) < 2**53 else rounded
