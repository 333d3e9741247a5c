"""Trains every sample log again, or the cases named on the command line.

    pip install -r sample_logs/make/requirements.txt
    python sample_logs/make/all.py [CASE...]

Each case's `expected.yaml` states its command. What the command prints goes into `console.log` where the case
says so (`capture: pipe`, or `capture: terminal` for a pseudo-terminal of 80 columns); other commands write
their files themselves into `{folder}`. The table in `sample_logs/README.md` is written anew as well.
"""

import fcntl
import os
import shlex
import shutil
import struct
import subprocess
import sys
import termios
from pathlib import Path

import yaml

SAMPLES = Path(__file__).resolve().parents[1]
TABLE_HEAD = "| case | file | what it shows | made by |\n| --- | --- | --- | --- |\n"


def cases():
    """Every case by name, with what its `expected.yaml` says."""
    files = sorted(SAMPLES.glob("*/expected.yaml"))
    return {file.parent.name: yaml.safe_load(file.read_text(encoding="utf-8")) for file in files}


def environment():
    """One thread, no accelerator, no terminal settings of whoever runs this."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}
    fixed = {
        "OMP_NUM_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TERM": "xterm",
        "HF_HUB_OFFLINE": "1",
    }
    return kept | fixed


def run_quietly(command):
    subprocess.run(command, stdout=subprocess.DEVNULL, env=environment(), cwd=SAMPLES.parent, check=True)


def run_piped(command, log):
    with log.open("wb") as stream:
        subprocess.run(command, stdout=stream, env=environment(), cwd=SAMPLES.parent, check=True)


def run_in_terminal(command, log):
    """What the command shows on a terminal of 24 x 80, byte for byte."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    child = subprocess.Popen(command, stdout=theirs, env=environment(), cwd=SAMPLES.parent)
    os.close(theirs)
    with log.open("wb") as stream:
        while True:
            try:
                shown = os.read(ours, 65_536)
            except OSError:  # Linux says EIO, not end of file, once the other side is closed.
                break
            if not shown:
                break
            stream.write(shown)
    os.close(ours)
    if child.wait():
        raise subprocess.CalledProcessError(child.returncode, command)


def make(name, expected):
    """Trains one case and puts its log in place."""
    folder = SAMPLES / name
    for old in folder.iterdir():
        if old.is_dir():
            shutil.rmtree(old)
        elif old.name != "expected.yaml":
            old.unlink()
    words = shlex.split(expected["command"].format(folder=folder.relative_to(SAMPLES.parent)))
    command = [sys.executable, *words[1:]]
    capture = expected.get("capture")
    if capture == "pipe":
        run_piped(command, folder / expected["log"])
    elif capture == "terminal":
        run_in_terminal(command, folder / expected["log"])
    else:
        run_quietly(command)


def table():
    """The README's table, one row a case."""
    rows = [
        f"| `{name}` | `{expected['log']}` | {expected['shows']['en']} | `{expected['command']}` |"
        for name, expected in cases().items()
    ]
    return TABLE_HEAD + "\n".join(rows) + "\n"


def write_readme():
    readme = SAMPLES / "README.md"
    text = readme.read_text(encoding="utf-8")
    readme.write_text(text[: text.index(TABLE_HEAD)] + table(), encoding="utf-8")


def main():
    known = cases()
    wanted = sys.argv[1:] or list(known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        sys.exit(f"No such case: {', '.join(unknown)}. There are: {', '.join(known)}.")
    for name in wanted:
        print(name, flush=True)
        make(name, known[name])
    write_readme()


if __name__ == "__main__":
    main()
