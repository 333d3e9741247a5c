"""Steps on larger and larger batches in a process of its own, so that running out of memory ends only that.

python -m advisor.probe.doubling    reads what is asked from standard input, answers line by line
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from advisor.run import Scalar

if TYPE_CHECKING:
    import torch

    from advisor.probe.bench import Bench
    from advisor.probe.target import Probe

_MARK = b"advisor-doubling "
_SHARE = 0.5  # of the memory that is free
_GRACE = 60.0  # seconds to begin in
_SAYS_SO = ("out of memory", "can't allocate memory", "cannot allocate memory")


class Tried(msgspec.Struct, frozen=True, omit_defaults=True):
    """One batch size.

    Attributes:
        samples: How many.
        seconds: That one step took; 0 where it is only about to be tried.
        out_of_memory: Whether there was no memory for it.
    """

    samples: int
    seconds: float = 0.0
    out_of_memory: bool = False


class _Asked(msgspec.Struct, frozen=True):
    name: str
    settings: dict[str, Scalar]
    device: str
    memory: int
    seconds: float
    threads: int


def doubled(probe: "Probe", device: "torch.device", seconds: float) -> Iterator[Tried]:
    """The batch sizes that were tried, smallest first; ends with the first that does not fit.

    Args:
        probe: Made by `load_target`, so that another process can make it too.
        device: Where it is trained.
        seconds: After which no larger batch is begun.
    """
    import torch

    threads = torch.get_num_threads()
    asked = _Asked(probe.name, dict(probe.settings), str(device), probe.memory, seconds, threads)
    process = subprocess.Popen(
        [sys.executable, "-m", "advisor.probe.doubling"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        # A batch is begun before the time is up and takes about twice as long as the one before.
        told, _ = process.communicate(msgspec.json.encode(asked), timeout=_GRACE + 4 * seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        told, _ = process.communicate()
    finally:
        process.kill()
    yield from _read(told, process.returncode)


def _read(told: bytes, code: int) -> Iterator[Tried]:
    """What was tried; a size that was begun by a process that the system then ended did not fit."""
    begun: Tried | None = None
    for line in told.splitlines():
        if line.startswith(_MARK):
            one = msgspec.json.decode(line.removeprefix(_MARK), type=Tried)
            begun = None if one.seconds or one.out_of_memory else one
            if begun is None:
                yield one
    if begun is not None and code == -9:
        yield Tried(begun.samples, out_of_memory=True)


def main() -> None:
    """Double as asked."""
    import torch

    from advisor.probe.bench import Bench
    from advisor.probe.target import load_target

    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=_Asked)
    torch.set_num_threads(asked.threads)
    torch.manual_seed(0)
    probe = load_target(asked.name, asked.settings)
    probe.model.to(asked.device)
    bench = Bench(probe)
    # The first step makes the optimizer's state, which is no part of a larger batch.
    bench.train(2)
    if asked.device == "cpu":
        _limit(asked.memory)
    _double(bench, asked.seconds)


def _double(bench: "Bench", seconds: float) -> None:
    from advisor.probe import batches

    kept = bench.train_batches(512)
    size, most = batches.size(kept[0]), sum(map(batches.size, kept))
    samples, end = size, time.monotonic() + seconds
    while samples <= most and time.monotonic() < end:
        _say(Tried(samples))
        try:
            begin = time.perf_counter()
            batch = _joined(kept[: -(-samples // size)], samples)
            bench.step(batch)
            spent = time.perf_counter() - begin
            begin = time.perf_counter()
            bench.step(batch)
            _say(Tried(samples, min(spent, time.perf_counter() - begin)))
        except (RuntimeError, MemoryError) as error:
            if not isinstance(error, MemoryError) and not any(s in str(error).lower() for s in _SAYS_SO):
                raise
            _say(Tried(samples, out_of_memory=True))
            return
        samples *= 2


def _joined(parts: list[Any], samples: int) -> Any:
    """One batch of `samples` out of several of the same form."""
    import torch

    from advisor.probe import batches

    flat = [batches.tensors(part) for part in parts]
    whole = iter(
        [torch.cat(column)[:samples] if column[0].ndim else column[0] for column in zip(*flat, strict=True)]
    )
    return batches.mapped(parts[0], lambda _: next(whole))


def _limit(memory: int) -> None:
    """Hold this process to `memory` bytes, or to half of what is free, beyond what it has taken already."""
    import resource

    if sys.platform != "linux":
        return
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    taken = pages * os.sysconf("SC_PAGE_SIZE")
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    room = memory or int(_SHARE * free)
    resource.setrlimit(resource.RLIMIT_AS, (taken + room, resource.RLIM_INFINITY))


def _say(tried: Tried) -> None:
    sys.stdout.buffer.write(b"\n" + _MARK + msgspec.json.encode(tried) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
