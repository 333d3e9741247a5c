"""Times a training step with `advisor.probe.watch` beside the same step without it, on two built-in tasks.

Run by hand: `python tests/benchmarks/bench_probe.py`. CPU time of this process with one thread; blocks with
and without the recorder take turns, so that both see the same load, and the figure is the median over the
turns of the ratio. None is asserted.
"""

import statistics
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

import torch
from measuring import table_row

from advisor.probe import Probe, watch
from advisor.probe.target import load_target

TASKS = (("digits", "dense 128, digits", 300, "1.15"), ("digits-cnn", "CNN, digits", 60, "1.05"))
TURNS = 15


def block(probe: Probe, steps: int, log: Path | None, every: int) -> float:
    """CPU seconds of `steps` training steps."""
    batches = [batch for batch, _ in zip(probe.train_loader, range(20), strict=False)]
    recording = nullcontext() if log is None else watch(probe.model, probe.optimizer, log, every=every)
    with recording:
        begin = time.process_time()
        for index in range(steps):
            inputs, target = batches[index % len(batches)]
            probe.optimizer.zero_grad()
            loss = probe.loss(probe.model(inputs), target)
            loss.backward()
            probe.optimizer.step()
        return time.process_time() - begin


def main() -> None:
    """Prints one line per task and spacing of the lines."""
    torch.set_num_threads(1)
    for task, title, steps, goal in TASKS:
        for every in (10, 1):
            torch.manual_seed(0)
            probe = load_target(task, {})
            with tempfile.TemporaryDirectory() as folder:
                log = Path(folder, "log.jsonl")
                block(probe, steps, None, every)
                turns = [
                    (block(probe, steps, None, every), block(probe, steps, log, every)) for _ in range(TURNS)
                ]
            ratio = statistics.median(recorded / plain for plain, recorded in turns)
            plain, recorded = (1_000 * statistics.median(turn) / steps for turn in zip(*turns, strict=True))
            what = (
                f"probe.watch, a line every {every} steps, {title}"
                if every > 1
                else (f"probe.watch, a line every step, {title}")
            )
            print(f"{what}: {recorded:.3f} ms a step, without {plain:.3f} ms, ratio {ratio:.3f}", flush=True)
            table_row(what, f"{recorded:.2f} ms", f"without, {plain:.2f} ms", f"{ratio:.3f}", goal)


if __name__ == "__main__":
    main()
