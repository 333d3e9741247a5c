"""Trains settings in two processes and keeps their curves, so that measuring again costs seconds."""

import hashlib
import json
import multiprocessing
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import torch

from tests.measure import planted_trainer
from tests.measure.planted_trainer import Curves, Setting, train

PROCESSES = 2


def _version() -> str:
    """What the curves depend on beside the setting: the trainer's own text and torch."""
    return Path(planted_trainer.__file__).read_text("utf-8") + torch.__version__


class Store:
    """Curves by setting, trained when they are asked for first.

    Args:
        folder: Where the curves are kept; made when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._version = _version()
        self._known: dict[Setting, Curves] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def __getitem__(self, setting: Setting) -> Curves:
        if setting not in self._known:
            self.train([setting])
        return self._known[setting]

    def train(self, settings: Iterable[Setting]) -> None:
        """Trains what is not known yet."""
        wanted = [s for s in dict.fromkeys(settings) if s not in self._known]
        missing = [s for s in wanted if not self._read(s)]
        for done, (setting, curves) in enumerate(_trained(missing), start=1):
            self._known[setting] = curves
            partial = self._file(setting).with_suffix(f".{os.getpid()}")
            partial.write_text(json.dumps({"setting": asdict(setting), "curves": curves}), "utf-8")
            partial.replace(self._file(setting))
            if done % 100 == 0:
                print(f"  trained {done} of {len(missing)}", file=sys.stderr, flush=True)

    def _file(self, setting: Setting) -> Path:
        key = json.dumps(asdict(setting), sort_keys=True) + self._version
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.json"

    def _read(self, setting: Setting) -> bool:
        file = self._file(setting)
        if not file.is_file():
            return False
        self._known[setting] = json.loads(file.read_text("utf-8"))["curves"]
        return True


def _trained(settings: list[Setting]) -> Iterator[tuple[Setting, Curves]]:
    if len(settings) < 2 * PROCESSES:
        yield from ((setting, train(setting)) for setting in settings)
        return
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        yield from pool.imap_unordered(_train_one, settings, chunksize=4)


def _train_one(setting: Setting) -> tuple[Setting, Curves]:
    return setting, train(setting)
