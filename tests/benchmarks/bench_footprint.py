"""Prints what the program takes on a disk: the wheel, what it unpacks to, and what it needs besides.

Run by hand: `python tests/benchmarks/bench_footprint.py`. The wheel is built from this checkout. What it
needs is found from the installed distributions, with what those need, for this machine and without extras;
files are counted as they stand, bytecode included.
"""

import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import Distribution
from pathlib import Path

from measuring import ROOT, table_row

sys.path.insert(0, str(ROOT))
from tests.measure.licences import needed

LARGEST_NAMED = 5


def wheel_sizes() -> tuple[float, float]:
    """Megabytes of the wheel, packed and unpacked."""
    with tempfile.TemporaryDirectory() as folder:
        build = [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "-q",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            folder,
        ]
        subprocess.run([*build, str(ROOT)], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        return wheel.stat().st_size / 1e6, unpacked / 1e6


def size(of: Distribution) -> float:
    """Megabytes of its files."""
    files = (Path(str(file.locate())) for file in of.files or ())
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def main() -> None:
    packed, unpacked = wheel_sizes()
    sizes = {name: size(one) for name, one in needed().items()}
    largest = sorted(sizes, key=lambda name: -sizes[name])[:LARGEST_NAMED]
    told = ", ".join(f"{name} {sizes[name]:.0f}" for name in largest)
    print(f"wheel {packed:.1f} MB, unpacked {unpacked:.1f} MB")
    print(f"needs {len(sizes)} other distributions, {sum(sizes.values()):.0f} MB (of these {told})")
    table_row("the wheel, and unpacked", f"{packed:.1f} MB", memory=f"{unpacked:.1f} MB on disk")
    total = f"{sum(sizes.values()):.0f} MB on disk"
    table_row(f"what it needs: {len(sizes)} distributions", told + " MB", memory=total)


if __name__ == "__main__":
    main()
