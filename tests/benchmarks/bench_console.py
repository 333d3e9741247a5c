"""Times the reading of console logs beside a plain loop over the lines with one regular expression.

Run by hand: `python tests/benchmarks/bench_console.py [--mb 200] [--repeats 5]`. The peer is given the
pattern of the log and keeps the losses; the reader has to find out the format, and gives whole runs. Figures
are the median CPU time of fresh processes and the highest memory of all of them.
"""

import argparse
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import numpy as np
from measuring import compare, process

OUR_IMPORTS = "from advisor.readers import all_readers, read_paths; all_readers()"
OURS = """
runs = read_paths([PATH])
print(len(runs), sum(len(curve) for run in runs for curve in run))
"""
PEER_IMPORTS = "import re"
PEERS = """
pattern = re.compile(PATTERN)
losses = []
with open(PATH, encoding="utf-8") as lines:
    for line in lines:
        match = pattern.search(line)
        if match:
            losses.append(float(match.group(1)))
print(len(losses), sum(losses))
"""
BATCHES = 1_563


def pytorch() -> Iterator[str]:
    """The epochs of PyTorch's MNIST example."""
    random = np.random.default_rng(0)
    for epoch in count(1):
        losses = random.random(95)
        lines = [
            f"Train Epoch: {epoch} [{640 * i}/60000 ({64 * i / 60:.0f}%)]\tLoss: {loss:.6f}\n"
            for i, loss in enumerate(losses[:-1])
        ]
        right = random.integers(9_000, 10_000)
        lines.append(
            f"\nTest set: Average loss: {losses[-1]:.4f}, Accuracy: {right}/10000 ({right / 100:.0f}%)\n\n"
        )
        yield "".join(lines)


def keras() -> Iterator[str]:
    """The epochs of a fit of Keras 2 whose bars were captured with every redraw, as it writes them."""
    random = np.random.default_rng(0)
    for epoch in count(1):
        losses, shares = random.random((2, BATCHES + 1)).round(4)
        states = [f"Epoch {epoch}/1000000\n"]
        for batch in range(1, BATCHES):
            done = 29 * batch // BATCHES
            state = (
                f"{batch:4d}/{BATCHES} [{'=' * done}>{'.' * (29 - done)}] - ETA: {(BATCHES - batch) // 99}s"
                f" - loss: {losses[batch]:.4f} - accuracy: {shares[batch]:.4f}"
            )
            states.append(state + "\b" * len(state) + "\r")
        states.append(
            f"{BATCHES}/{BATCHES} [{'=' * 30}] - 9s 6ms/step - loss: {losses[-1]:.4f} - accuracy: "
            f"{shares[-1]:.4f} - val_loss: {losses[0]:.4f} - val_accuracy: {shares[0]:.4f}\n"
        )
        yield "".join(states)


def write(path: Path, epochs: Iterator[str], size: float) -> None:
    """A log of whole epochs, at least `size` bytes long."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        while stream.tell() < size:
            stream.write(next(epochs))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=float, default=200)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    logs = (
        ("PyTorch example", pytorch(), r"Loss: ([\d.]+)"),
        ("Keras bars", keras(), r" - loss: ([\d.]+)"),
    )
    with tempfile.TemporaryDirectory() as folder:
        for title, epochs, pattern in logs:
            path = Path(folder, "train.log")
            write(path, epochs, given.mb * 1e6)
            size = path.stat().st_size / 1e6
            ours = process(OUR_IMPORTS, OURS, path, given.repeats)
            theirs = process(f"{PEER_IMPORTS}; PATTERN = {pattern!r}", PEERS, path, given.repeats)
            speeds = f"{size / ours.seconds:.0f} and {size / theirs.seconds:.0f} MB per CPU second"
            print(f"{title}, {size:.0f} MB: {speeds}")
            compare(ours, "re line loop", theirs, f"{title} console, {size:.0f} MB", goal=0.4)


if __name__ == "__main__":
    main()
