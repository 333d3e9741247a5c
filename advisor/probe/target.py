"""What is probed: a model with its loss, its data and its optimizer, and how a name leads to one."""

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from advisor.errors import UsageError
from advisor.run import Scalar
from advisor.text import clean_line

if TYPE_CHECKING:
    import torch

_FIELDS = ("model", "loss", "train_loader", "val_loader", "optimizer")


@dataclass(slots=True)
class Probe:
    """A training as a probe sees it.

    Attributes:
        model: A `torch.nn.Module`.
        loss: Takes the model's output and the target, returns a scalar. None where the model computes its
            loss itself: a Lightning module (`training_step`), or a model that is called with the batch's
            items by name and returns an object with a loss (Hugging Face).
        train_loader: Yields batches: `(inputs, target)`, or a mapping for a model that computes its own loss.
        val_loader: The same for data that is not trained on; None where there is none.
        optimizer: The user's own; where there is none, that of a Lightning module's `configure_optimizers`,
            else Adam at 0.001.
        train_step: The user's own training step, from a batch to its loss, if it does more than `zero_grad`,
            `backward` and `step`; it must use `optimizer`.
        steps: Length of a full training in steps; None where it is not known.
        settings: The hyperparameters it was made with, as the user names them.
        remake: Makes the training anew, with other settings beside those it was made with; `load_target`
            sets it. None where the objects are all there is.
        name: What the user calls it, so that another process can make it; empty where none can.
        memory: Bytes of main memory that it may take; 0 for no limit.
    """

    model: "torch.nn.Module"
    loss: "Callable[[Any, Any], torch.Tensor] | None"
    train_loader: Iterable[Any]
    val_loader: Iterable[Any] | None = None
    optimizer: "torch.optim.Optimizer | None" = None
    train_step: "Callable[[Any], Any] | None" = None
    steps: int | None = None
    settings: Mapping[str, Scalar] = field(default_factory=dict)
    remake: "Callable[[Mapping[str, Scalar]], Probe] | None" = None
    name: str = ""
    memory: int = 0


def load_target(name: str, settings: Mapping[str, Scalar]) -> Probe:
    """The training that `name` stands for, made with `settings`.

    Args:
        name: A built-in task (`digits`), `module:function`, or `file.py:function`.
        settings: Arguments for the function, by name.

    Raises:
        UsageError: there is no such function, it does not take such a setting, or it returns something else
            than a training.
    """
    function = _function(name)
    given = _accepted(name, function, settings)
    probe = as_probe(function(**given), name, given)

    def remake(other: Mapping[str, Scalar]) -> Probe:
        return as_probe(function(**{**given, **other}), name, {**given, **other})

    probe.remake, probe.name = remake, name
    return probe


def as_probe(made: object, name: str, settings: Mapping[str, Scalar]) -> Probe:
    """What a target function returned as a `Probe`: itself, a mapping, or a tuple or list in its order.

    Raises:
        UsageError: it is none of these, or a part of it is missing or of a wrong kind.
    """
    if isinstance(made, Mapping):
        unknown = sorted(set(made) - set(Probe.__dataclass_fields__))
        if unknown:
            raise UsageError(
                f"'{clean_line(name)}' returns a mapping with '{clean_line(str(unknown[0]))}', which no"
                " training has.",
                f"Its keys may be {', '.join(Probe.__dataclass_fields__)}.",
            )
        made = Probe(**{**dict.fromkeys(("model", "loss", "train_loader")), **made})
    elif isinstance(made, tuple | list) and 3 <= len(made) <= len(_FIELDS):
        made = Probe(**dict(zip(_FIELDS, made, strict=False)))
    if not isinstance(made, Probe):
        raise UsageError(
            f"'{clean_line(name)}' returns {type(made).__name__}, not a training.",
            "Return advisor.probe.Probe(model, loss, train_loader, val_loader, optimizer).",
        )
    _check_parts(made, name)
    made.settings = {**settings, **made.settings}
    return made


def _check_parts(probe: Probe, name: str) -> None:
    import torch

    said = clean_line(name)
    wrong = None
    if not isinstance(probe.model, torch.nn.Module):
        wrong = UsageError(f"'{said}': the model is {type(probe.model).__name__}, not a torch.nn.Module.")
    elif probe.loss is not None and not callable(probe.loss):
        kind = type(probe.loss).__name__
        wrong = UsageError(f"'{said}': the loss is {kind}, not a function of output and target.")
    elif not hasattr(probe.train_loader, "__iter__"):
        kind = type(probe.train_loader).__name__
        wrong = UsageError(f"'{said}': train_loader is {kind}, which yields no batches.")
    elif not any(p.requires_grad for p in probe.model.parameters()):
        wrong = UsageError(f"'{said}': the model has no parameter that can be trained.")
    if wrong:
        wrong.hint = "'advisor probe --init FILE' writes an example."
        raise wrong


def _function(name: str) -> Callable[..., object]:
    from advisor.probe.tasks import TASKS

    if name in TASKS:
        return TASKS[name]()
    place, colon, attribute = name.rpartition(":")
    if not colon or not place or not attribute:
        raise UsageError(
            f"'{clean_line(name)}' is neither a built-in task nor of the form file.py:function.",
            f"Built-in tasks: {', '.join(TASKS)}.",
        )
    module = _module_of_file(Path(place)) if place.endswith(".py") else _module(place)
    found = getattr(module, attribute, None)
    if not callable(found):
        functions = [
            n for n, v in vars(module).items() if inspect.isfunction(v) and v.__module__ == module.__name__
        ]
        raise UsageError(
            f"There is no function '{clean_line(attribute)}' in {clean_line(place)}.",
            f"It has {', '.join(functions)}." if functions else "It has no function at all.",
        )
    return found  # type: ignore[no-any-return]


def _module_of_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise UsageError(f"There is no file {clean_line(str(path))}.", "Name it as file.py:function.")
    # As `python file.py` does, so that the file finds what lies beside it.
    sys.path.insert(0, str(path.resolve().parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def _module(name: str) -> ModuleType:
    sys.path.insert(0, "")
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not name.startswith(error.name):
            raise
        raise UsageError(
            f"There is no module '{clean_line(name)}'.", "A file is named file.py:function."
        ) from error


def _accepted(
    name: str, function: Callable[..., object], settings: Mapping[str, Scalar]
) -> dict[str, Scalar]:
    parameters = inspect.signature(function).parameters.values()
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return dict(settings)
    known = [p.name for p in parameters if p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)]
    for setting in settings:
        if setting not in known:
            raise UsageError(
                f"'{clean_line(name)}' takes no setting '{clean_line(setting)}'.",
                f"It takes {', '.join(known)}." if known else "It takes none.",
            )
    defaults = {p.name: p.default for p in parameters if isinstance(p.default, bool | int | float | str)}
    return {**{n: v for n, v in defaults.items() if n in known}, **settings}
