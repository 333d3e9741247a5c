"""Writes a few telling figures of a training of your own, while it runs, to a log that `advisor` reads."""

import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    import torch


class Recorder:
    """The figures of every `every`-th step, one JSON object a line; made by `watch`.

    Attributes:
        step: Steps of the optimizer so far.
    """

    def __init__(self, model: "torch.nn.Module", optimizer: "torch.optim.Optimizer", every: int) -> None:
        from torch import nn

        self.step = 0
        self._every = every
        self._weights: list[torch.Tensor] = [p for p in model.parameters() if p.requires_grad and p.ndim >= 2]
        self._rectifiers = [m for m in model.modules() if isinstance(m, nn.ReLU | nn.ReLU6)]
        self._optimizer = optimizer
        self._hooks: list[Any] = []
        self._answering: list[tuple[torch.Tensor, int]] = []
        self._before: list[torch.Tensor] = []
        self._gradients: Sequence[torch.Tensor] = ()
        self._said: dict[str, float] = {}

    def log(self, **figures: float) -> None:
        """Add figures of your own (`loss=...`, `val_loss=...`) to the next line that is written."""
        self._said.update({name: float(value) for name, value in figures.items()})

    @property
    def due(self) -> bool:
        """Whether the step that is under way is one whose figures are written."""
        return (self.step + 1) % self._every == 0

    def _listen(self) -> None:
        """Hook the rectifiers for a step that is written, and only for that: a hook slows each call down."""
        if not self.due:
            self._hush()
        elif not self._hooks:
            self._hooks = [m.register_forward_hook(self._note_units) for m in self._rectifiers]

    def _hush(self) -> None:
        for hook in self._hooks:
            hook.remove()
        self._hooks = []

    def _note_units(self, _module: Any, _given: Any, output: Any) -> None:
        if output.requires_grad and output.ndim > 1:
            # A unit that never answers has a largest value of 0; quicker than comparing each value.
            largest = output.detach().amax(0)
            self._answering.append((largest.count_nonzero(), largest.numel()))

    def _before_step(self, *_: Any) -> None:
        if not self.due:
            return
        import torch

        gradients = [p.grad for p in self._weights if p.grad is not None and not p.grad.is_sparse]
        if gradients:
            with torch.no_grad():
                self._before = [p.clone() for p in self._weights]
                self._gradients = torch._foreach_norm(gradients)

    def _after_step(self, file: TextIO) -> None:
        if self.due and self._before:
            self._write(file)
        self._answering.clear()
        self.step += 1
        self._listen()

    def _write(self, file: TextIO) -> None:
        """One line; what the device computed comes over in one transfer."""
        import torch

        with torch.no_grad():
            moved = torch._foreach_norm(torch._foreach_sub(self._weights, self._before))
            held = torch._foreach_norm(self._before)
        answering = [found for found, _ in self._answering]
        moves, sizes, gradients, answers = _values(moved, held, self._gradients, answering)
        line = {"step": self.step + 1, "learning_rate": float(self._optimizer.param_groups[0]["lr"])}
        line |= self._said | {"grad_norm": math.sqrt(sum(g * g for g in gradients))}
        if ratios := sorted(m / s for m, s in zip(moves, sizes, strict=True) if s > 0 and math.isfinite(m)):
            line["update_ratio"] = ratios[(len(ratios) - 1) // 2]
        if answers:
            units = (units for _, units in self._answering)
            line["dead_share"] = max(1 - a / u for a, u in zip(answers, units, strict=True))
        file.write(json.dumps(line) + "\n")
        self._before, self._said = [], {}


def _values(*groups: "Sequence[torch.Tensor]") -> list[list[float]]:
    """The values of scalars, group by group, by one transfer from the device of the first.

    A model may be spread over several devices.
    """
    import torch

    scalars = [scalar for group in groups for scalar in group]
    device = scalars[0].device
    values = iter(torch.stack([scalar.to(device, torch.float32) for scalar in scalars]).tolist())
    return [[next(values) for _ in group] for group in groups]


@contextmanager
def watch(
    model: "torch.nn.Module", optimizer: "torch.optim.Optimizer", path: str | Path, *, every: int = 10
) -> Iterator[Recorder]:
    """Record a training while the context is open; nothing of it is changed, and no random number is drawn.

        with advisor.probe.watch(model, optimizer, "log.jsonl") as recorder:
            for batch in loader:
                ...
                recorder.log(loss=loss.item())
                optimizer.step()

    Each line has `step`, `learning_rate`, `grad_norm` (over the weight matrices), `update_ratio` (norm of the
    update over that of the weights, in the median matrix), `dead_share` (units of the worst rectifier that
    are 0 on the whole batch) and what `Recorder.log` was given since the line before.

    Args:
        model: Its rectified units and weight matrices are looked at.
        optimizer: Its steps are counted.
        path: The log; lines are appended as they come, so that `advisor watch` can follow.
        every: A line for each so many steps. 1 costs a small model much of its speed.

    Raises:
        ValueError: `every` is below 1.
        OSError: The log cannot be written.
    """
    if every < 1:
        raise ValueError(f"every is {every}; it counts steps and must be at least 1")
    recorder = Recorder(model, optimizer, every)
    with Path(path).open("a", encoding="utf-8", buffering=1) as file:
        recorder._listen()
        hooks = [
            optimizer.register_step_pre_hook(recorder._before_step),
            optimizer.register_step_post_hook(lambda *_: recorder._after_step(file)),
        ]
        try:
            yield recorder
        finally:
            recorder._hush()
            for hook in hooks:
                hook.remove()
