"""Single changes of a training that a short race may try: each is on while its context is open."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from advisor.probe import batches
from advisor.probe.bench import DEFAULT_RATE, Bench
from advisor.text import Bilingual, short_number

_TELLING = 1.5
_STEP = 3.0
_LIMIT = 1.0
_SCALED = (0.5, 2.0)


@dataclass(frozen=True, slots=True)
class Data:
    """Batches to train on, and those to judge by."""

    train: Sequence[Any]
    held_out: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One change.

    Attributes:
        name: Its figure is `race_<name>`.
        title: What it does.
        on: Opens the change on a bench; gives the batches to use with it.
        factor: Steps it makes for each one of the training as it stands, so that both see as many samples.
        rate: The learning rate that it sets; None where it sets none.
    """

    name: str
    title: Bilingual
    on: Callable[[Bench, Data], AbstractContextManager[Data]]
    factor: int = 1
    rate: float | None = None


def candidates(bench: Bench) -> list[Candidate]:
    """The changes that can be tried on what stands on the bench; none that would change nothing."""
    found = _rates(bench)
    if bench.probe.train_step is None:
        # A step of the user's own holds the optimizer it was made with.
        found += _optimizers(bench)
    if any(group.get("weight_decay", 0) for group in bench.optimizer.param_groups):
        found.append(Candidate("no_decay", Bilingual("no weight decay", "去掉权重衰减"), _without_decay))
    if any(m.p > 0 for m in bench.model.modules() if isinstance(m, nn.modules.dropout._DropoutNd)):
        found.append(Candidate("no_dropout", Bilingual("no dropout", "去掉 dropout"), _without_dropout))
    found.append(Candidate("clipping", Bilingual("gradients clipped at 1", "梯度裁剪到 1"), _clipped))
    batch = bench.train_batches(1)[0]
    if _scale_is_off(batch):
        title = Bilingual("standardised inputs", "输入标准化")
        found.append(Candidate("scaled_inputs", title, _scaled))
    if batches.size(batch) >= 4:
        found.append(Candidate("half_batch", Bilingual("half the batch size", "批大小减半"), _halved, 2))
    return found


def _rates(bench: Bench) -> list[Candidate]:
    """The rate that an earlier check found, where it is another one; else three times it and a third."""
    good, now = bench.good_rate, bench.rate
    if good is None:
        return [_rate("rate_up", now * _STEP), _rate("rate_down", now / _STEP)]
    return [_rate("rate", good)] if not 1 / _TELLING < good / now < _TELLING else []


def _rate(name: str, rate: float) -> Candidate:
    @contextmanager
    def on(bench: Bench, data: Data) -> Iterator[Data]:
        bench.set_rate(rate)
        yield data

    said = short_number(rate)
    return Candidate(name, Bilingual(f"learning rate {said}", f"学习率 {said}"), on, rate=rate)


def _optimizers(bench: Bench) -> list[Candidate]:
    """The common optimizer of the other family, at a rate that is usual for it."""
    if isinstance(bench.optimizer, torch.optim.SGD):
        return [_optimizer("adamw", f"AdamW {DEFAULT_RATE:g}", lambda p: torch.optim.AdamW(p, DEFAULT_RATE))]
    return [_optimizer("sgd", "SGD 0.05, momentum 0.9", lambda p: torch.optim.SGD(p, 0.05, momentum=0.9))]


def _optimizer(name: str, said: str, make: Callable[[Any], torch.optim.Optimizer]) -> Candidate:
    @contextmanager
    def on(bench: Bench, data: Data) -> Iterator[Data]:
        own = bench.optimizer
        held = [p for group in own.param_groups for p in group["params"]]
        bench.optimizer = bench.probe.optimizer = make(held)
        try:
            yield data
        finally:
            bench.optimizer = bench.probe.optimizer = own

    return Candidate(name, Bilingual(said, said), on)


@contextmanager
def _without_decay(bench: Bench, data: Data) -> Iterator[Data]:
    for group in bench.optimizer.param_groups:
        group["weight_decay"] = 0.0
    yield data


@contextmanager
def _without_dropout(bench: Bench, data: Data) -> Iterator[Data]:
    found = [m for m in bench.model.modules() if isinstance(m, nn.modules.dropout._DropoutNd)]
    shares = [module.p for module in found]
    for module in found:
        module.p = 0.0
    try:
        yield data
    finally:
        for module, share in zip(found, shares, strict=True):
            module.p = share


@contextmanager
def _clipped(bench: Bench, data: Data) -> Iterator[Data]:
    def clip(optimizer: torch.optim.Optimizer, *_: Any) -> None:
        held = [p for group in optimizer.param_groups for p in group["params"]]
        torch.nn.utils.clip_grad_norm_(held, _LIMIT)

    hook = bench.optimizer.register_step_pre_hook(clip)
    try:
        yield data
    finally:
        hook.remove()


@contextmanager
def _halved(bench: Bench, data: Data) -> Iterator[Data]:
    halves = []
    for batch in data.train:
        middle = batches.size(batch) // 2
        halves += [batches.part(batch, slice(0, middle)), batches.part(batch, slice(middle, 2 * middle))]
    yield Data(halves, data.held_out)


def _scale_is_off(batch: Any) -> bool:
    """Whether the inputs are a table of numbers that are not of about the size 1."""
    given = batches.inputs(batch)
    if not isinstance(given, torch.Tensor) or not given.is_floating_point() or given.ndim < 2:
        return False
    size = float(given.double().square().mean().sqrt())
    return size > 0 and not _SCALED[0] <= size <= _SCALED[1]


@contextmanager
def _scaled(bench: Bench, data: Data) -> Iterator[Data]:
    """Mean 0 and spread 1 in each column of the training inputs, and the same done to those held out."""
    whole = torch.cat([batches.inputs(batch) for batch in data.train])
    mean, spread = whole.mean(0, keepdim=True), whole.std(0, keepdim=True)
    spread = torch.where(spread > 0, spread, torch.ones_like(spread))

    def scaled(given: Sequence[Any]) -> list[Any]:
        return [batches.with_inputs(b, (batches.inputs(b) - mean) / spread) for b in given]

    yield Data(scaled(data.train), scaled(data.held_out))
