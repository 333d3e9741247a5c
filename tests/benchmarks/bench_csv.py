"""Times the reading of a large CSV beside `pandas.read_csv` with its C engine, each in its own process.

Run by hand: `python tests/benchmarks/bench_csv.py [--rows 5000000]`. The figures are the median of five CPU
times and the highest memory. Ours are given for the reading (roles included) and for reading and signals.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
from measuring import compare, process

IMPORTS = "import pandas as pd"
OUR_IMPORTS = f"{IMPORTS}; from advisor.readers import all_readers, read_paths; all_readers()"
OURS = "(run,) = read_paths([PATH])"
SIGNALS_IMPORTS = f"{OUR_IMPORTS}; from advisor.signals import measure"
SIGNALS = f"{OURS}; measure(run)"
PEERS = "pd.read_csv(PATH, engine='c')"


def write(path: Path, rows: int) -> None:
    """Six columns: epoch, step, a training loss on every row, a validation loss on every hundredth."""
    rng = np.random.default_rng(0)
    with path.open("w") as stream:
        stream.write("epoch,step,train_loss,val_loss,lr,grad_norm\n")
        for start in range(0, rows, 50_000):
            numbers = rng.random((min(50_000, rows - start), 3)).tolist()
            for i, (train, val, norm) in enumerate(numbers, start):
                validation = repr(val) if i % 100 == 99 else ""
                rate = 1e-3 * (1 - i / rows)
                stream.write(f"{i // 1_000},{i},{train!r},{validation},{rate:.10g},{norm!r}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "log.csv")
        write(path, given.rows)
        print(f"{given.rows:,} rows, {path.stat().st_size / 1e6:.0f} MB")
        theirs = process(IMPORTS, PEERS, path, given.repeats)
        print("reading, roles included")
        ours = process(OUR_IMPORTS, OURS, path, given.repeats)
        compare(ours, "pandas.read_csv", theirs, f"CSV of {given.rows:,} rows, read", goal=1.2)
        print("reading, roles and signals")
        ours = process(SIGNALS_IMPORTS, SIGNALS, path, given.repeats)
        compare(ours, "pandas.read_csv", theirs, f"CSV of {given.rows:,} rows, with all signals", goal=1.2)


if __name__ == "__main__":
    main()
