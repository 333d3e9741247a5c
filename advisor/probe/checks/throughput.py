"""Times the step and the loader, and doubles the batch in a process of its own until memory is out."""

import statistics
import time
from itertools import islice
from typing import Any

from advisor.probe import batches
from advisor.probe.bench import Bench
from advisor.probe.check import Check, Curve, Result
from advisor.probe.doubling import Tried, doubled
from advisor.text import Bilingual

_WARM, _TIMED = 2, 5
_LOADED = 8
_DOUBLING = 8  # steps as long as which the doubling may take, where that is more than two seconds
_LEAST_SECONDS = 2.0


class Throughput(Check):
    """Samples a second, the share of the time that waits for data, and how large a batch fits."""

    name = "throughput"
    title = Bilingual(en="speed and memory", zh="速度与内存")
    order = 58
    says = (
        Bilingual(
            en="{samples_per_second:,.0f} samples a second", zh="每秒 {samples_per_second:,.0f} 个样本"
        ),
        Bilingual(en="{data_share:.0%} of it waits for data", zh="其中 {data_share:.0%} 在等待数据"),
        Bilingual(
            en="a batch of {batch_fits:,.0f} fits, at {batch_speed_up:.2g} times the samples a second",
            zh="批大小 {batch_fits:,.0f} 放得下，每秒样本数为 {batch_speed_up:.2g} 倍",
        ),
        Bilingual(
            en="out of memory at {batch_out_of_memory:,.0f}",
            zh="批大小 {batch_out_of_memory:,.0f} 时内存不足",
        ),
    )
    sources = (
        "Lightning's batch size finder: doubling from the batch as it stands",
        "Mohan et al., Analyzing and Mitigating Data Stalls in DNN Training, 2021",
    )

    def cost(self, budget: int) -> int:
        """Seven steps here, and as long as eight in the other process."""
        return _WARM + _TIMED + _DOUBLING

    def run(self, bench: Bench, budget: int) -> Result:
        """Time some steps, some fresh batches, and then larger and larger batches."""
        given = bench.train_batches(_WARM + _TIMED)
        size = batches.size(given[0])
        step = _step_seconds(bench, given)
        result = Result()
        load = _load_seconds(bench.probe.train_loader)
        if load is not None:
            result.figures["data_share"] = load / (load + step)
        result.figures["samples_per_second"] = size / (step + (load or 0.0))
        if bench.probe.remake is None or not bench.probe.name:
            result.notes.append(_not_doubled())
            return result
        limit = max(_LEAST_SECONDS, _DOUBLING * step)
        _note_doubling(result, size, list(doubled(bench.probe, bench.device, limit)))
        for _ in range(_DOUBLING):
            bench.tick()
        return result


def _step_seconds(bench: Bench, given: list[Any]) -> float:
    bench.model.train()
    spent = []
    for index in range(_WARM + _TIMED):
        begin = time.perf_counter()
        # The loss comes back as a number, so that an accelerator has finished.
        bench.step(given[index % len(given)])
        spent.append(time.perf_counter() - begin)
    return statistics.median(spent[_WARM:])


def _load_seconds(loader: Any) -> float | None:
    """Time for one fresh batch; None for a loader that can be gone through only once."""
    coming = iter(loader)
    if coming is loader:
        return None
    spent, begin = [], time.perf_counter()
    for _ in islice(coming, _LOADED):
        now = time.perf_counter()
        spent.append(now - begin)
        begin = now
    # The first one waits for workers to start.
    return statistics.median(spent[1:]) if len(spent) > 1 else None


def _not_doubled() -> Bilingual:
    return Bilingual(
        en="The batch is doubled only where another process can make the training (file.py:function).",
        zh="只有当另一个进程能够创建该训练（file.py:函数）时，才会尝试加倍批大小。",
    )


def _note_doubling(result: Result, size: int, tried: list[Tried]) -> None:
    fitted = [t for t in tried if not t.out_of_memory]
    for one in tried:
        if one.out_of_memory:
            result.figures["batch_out_of_memory"] = float(one.samples)
            result.figures["batch_room"] = one.samples / size
    if not fitted:
        return
    speeds = [one.samples / one.seconds for one in fitted]
    result.figures["batch_fits"] = float(fitted[-1].samples)
    result.figures["batch_speed_up"] = speeds[-1] / speeds[0]
    result.curves.append(
        Curve(
            "samples a second by batch size",
            tuple(float(one.samples) for one in fitted),
            tuple(speeds),
            "batch size",
        )
    )
