"""Times the reading of a file of JSON lines beside `pandas.read_json(lines=True)`, each in its own process.

Run by hand: `python tests/benchmarks/bench_json_lines.py [--lines 2000000]`. The figures are the median of
five CPU times and the highest memory; roles are included.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
from measuring import compare, process

NAMES = ("step", "epoch", "loss", "grad_norm", "learning_rate", "tokens_per_second")
OUR_IMPORTS = "from advisor.readers import all_readers, read_paths; all_readers()"
OURS = "(run,) = read_paths([PATH]); print(sum(float(curve.y.sum()) for curve in run))"
PEERS = "print(float(pd.read_json(PATH, lines=True).sum().sum()))"


def write(path: Path, lines: int) -> None:
    """Records of six numbers, one a line, as `json.dumps` writes them."""
    rng = np.random.default_rng(0)
    form = "{" + ", ".join(f'"{name}": %r' for name in NAMES) + "}\n"
    with path.open("w") as stream:
        for start in range(0, lines, 50_000):
            rows = rng.random((min(50_000, lines - start), 4)).tolist()
            stream.write("".join(form % (step, step / 1_000, *row) for step, row in enumerate(rows, start)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=2_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "log.jsonl")
        write(path, given.lines)
        print(f"{given.lines:,} lines, {path.stat().st_size / 1e6:.0f} MB")
        ours = process(OUR_IMPORTS, OURS, path, given.repeats)
        theirs = process("import pandas as pd", PEERS, path, given.repeats)
        compare(ours, "pandas.read_json", theirs, f"{given.lines:,} JSON lines", goal=0.4)


if __name__ == "__main__":
    main()
