"""`python -m tests.fuzz [TARGET...] --seconds S` fuzzes each target, guided by coverage (atheris).

A target starts from what is kept for it in `tests/fuzz/corpus/` and from real logs of its format. An input
that is wrong is kept in `tests/fuzz/found/<target>-...`, and the exit code is 1; once mended, it goes to the
corpus, which the test suite replays. atheris is no dependency: `pip install atheris` where it is to run.
"""

import argparse
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CORPUS = HERE / "corpus"
FOUND = HERE / "found"


def main(arguments: list[str]) -> int:
    from tests.fuzz.targets import targets

    known = targets()
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="[default: all; `list` names them]")
    parser.add_argument("--seconds", type=int, default=600, help="on each target [default: 600]")
    options = parser.parse_args(arguments)
    if options.targets == ["list"]:
        print("\n".join(known))
        return 0
    if unknown := set(options.targets) - set(known):
        parser.error(f"no target is called {', '.join(sorted(unknown))}; `list` names them")
    if importlib.util.find_spec("atheris") is None:
        parser.error("atheris is not installed: pip install atheris")
    wrong = [name for name in options.targets or known if not fuzz(name, options.seconds)]
    print(
        f"\n{len(options.targets or known)} targets, {len(wrong)} with findings{': ' * bool(wrong)}"
        f"{', '.join(wrong)}"
    )
    return 1 if wrong else 0


def fuzz(name: str, seconds: int) -> bool:
    """Fuzzes one target in a process of its own; whether nothing was found."""
    FOUND.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        grown = Path(folder)
        seed(name, grown)
        limits = [f"-max_total_time={seconds}", "-timeout=60", "-rss_limit_mb=4096", "-max_len=8192"]
        quiet = ["-print_final_stats=1", "-verbosity=0"]
        prefix = f"-artifact_prefix={FOUND / name}-"
        command = [sys.executable, "-m", "tests.fuzz.worker", name, str(grown), *limits, *quiet, prefix]
        done = subprocess.run(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        tried = [line.split()[-1] for line in done.stdout.splitlines() if "number_of_executed_units" in line]
    print(
        f"{name:28} {tried[0] if tried else '?':>10} inputs  {'clean' if not done.returncode else 'FINDING'}",
        flush=True,
    )
    if done.returncode:
        print(done.stdout[-3_000:], flush=True)
    return not done.returncode


def seed(name: str, folder: Path) -> None:
    """Puts the kept inputs of a target, and small real files of its kind, into a folder."""
    from tests.fuzz.seeds import seeds_of

    for number, data in enumerate(seeds_of(name)):
        (folder / f"seed-{number}").write_bytes(data)
    for file in (CORPUS / name).glob("*"):
        shutil.copy(file, folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
