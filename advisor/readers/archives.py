"""Unpacks the logs in a zip or tar archive of a run folder into a private folder that is gone afterwards.

An archive comes from a stranger: only regular files that may be logs are taken, every part of a member's name
is checked before it names a file, and the bytes, the number of members and the ratio to the packed size are
bounded. Nothing else of it is looked at.
"""

import io
import stat
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from advisor.errors import UnreadableError
from advisor.readers.folders import may_belong_to_log
from advisor.readers.opening import open_regular
from advisor.readers.sources import MAX_UNPACKED_BYTES, PACKED
from advisor.run import EventKind, LogEvent, Run
from advisor.text import clean_line

MAX_MEMBERS = 20_000
MAX_PASSED_BYTES = 1 << 32
MAX_RATIO = 500
# A ratio says nothing of a small file: an empty log packs a thousandfold.
_RATIO_FROM = 1 << 24
_BLOCK = 1 << 18
_LONGEST_PART = 200


def _damage() -> tuple[type[Exception], ...]:
    """What a damaged archive raises. What unpacks is loaded with the first archive: few logs are in one."""
    from tarfile import TarError
    from zipfile import BadZipFile

    return (
        OSError,
        EOFError,
        ValueError,
        RuntimeError,
        BadZipFile,
        TarError,
        NotImplementedError,
        zlib.error,
    )


@dataclass
class _Budget:
    """What may still be unpacked, and what was left out."""

    packed: int
    written: int = 0
    members: int = 0
    left_out: dict[str, list[str]] = field(default_factory=dict)

    def leave_out(self, name: str, why: str) -> None:
        self.left_out.setdefault(why, []).append(name)

    def spend(self, size: int) -> None:
        self.written += size
        if self.written > MAX_UNPACKED_BYTES:
            raise _FullError(f"it holds more than {MAX_UNPACKED_BYTES >> 20} MiB of logs")
        if self.written > max(_RATIO_FROM, MAX_RATIO * self.packed):
            raise _FullError(f"it unpacks to more than {MAX_RATIO} times its size")

    def events(self) -> list[LogEvent]:
        return [
            LogEvent(
                EventKind.UNREADABLE,
                f"Left out of the archive: '{clean_line(names[0], 80)}' ({why}).",
                None,
                len(names),
            )
            for why, names in self.left_out.items()
        ]


class _FullError(Exception):
    """A bound was reached; the text says which."""


def is_archive(path: Path) -> bool:
    """Whether a file is a zip archive or a tar archive, packed or not."""
    with open_regular(path) as stream:
        head = stream.read(io.DEFAULT_BUFFER_SIZE) or b""  # a kernel file may give nothing
        if head.startswith(b"PK\x03\x04"):
            return True
        if not head[257:].startswith(b"ustar") and not head.startswith(tuple(PACKED.values())):
            return False
        import tarfile

        stream.seek(0)
        try:
            with tarfile.open(fileobj=stream, mode="r|*") as archive:
                return archive.next() is not None
        except _damage():
            return False


@contextmanager
def unpacked_archive(path: Path, label: str) -> Iterator[tuple[Path, list[LogEvent]]]:
    """A private folder with the files of an archive that may be logs, and what was left out.

    Raises:
        UnreadableError: it is damaged from its start, or holds no file that may be a log. What could not be
            read of its files is raised with what was left out.
    """
    import zipfile

    with tempfile.TemporaryDirectory(prefix="advisor-") as name:
        folder = Path(name).resolve()
        budget = _Budget(path.stat().st_size)
        try:
            with open_regular(path) as stream:
                packed = zipfile.is_zipfile(stream)
                stream.seek(0)
                (_from_zip if packed else _from_tar)(stream, folder, budget)
        except _FullError as full:
            budget.leave_out("the rest", str(full))
        except _damage() as error:
            budget.leave_out("the rest", f"cut or damaged: {clean_line(str(error), 80)}")
        if not budget.written:
            why = "; ".join(budget.left_out) or "no file in it may be one"
            raise UnreadableError(
                f"The archive '{clean_line(label)}' holds no log ({why}).",
                "A checkpoint (.pt, .keras, .npz) is a zip archive too and is never opened. Give the log.",
            )
        try:
            yield folder, budget.events()
        except UnreadableError as error:
            if not budget.left_out:
                raise
            left_out = UnreadableError(f"Left out of it: {'; '.join(budget.left_out)}.")
            raise UnreadableError(error.what, error.hint, because=[left_out]) from None


def named_after(runs: list[Run], folder: Path, label: str, events: list[LogEvent]) -> list[Run]:
    """Runs of an unpacked archive, called by their place in the archive."""

    def told(event: LogEvent) -> LogEvent:
        return replace(event, text=event.text.replace(str(folder), label))

    return [
        replace(
            run,
            source=run.source.replace(str(folder), label),
            events=(*(events if number == 0 else ()), *(told(event) for event in run.events)),
        )
        for number, run in enumerate(runs)
    ]


def _from_zip(stream: IO[bytes], folder: Path, budget: _Budget) -> None:
    import zipfile

    with zipfile.ZipFile(stream) as archive:
        for member in archive.infolist():
            if member.is_dir():
                continue
            target = _target(member.filename, folder, budget)
            mode = member.external_attr >> 16
            if target is None:
                continue
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                budget.leave_out(member.filename, "no regular file")
            elif member.flag_bits & 1:
                budget.leave_out(member.filename, "locked by a password")
            else:
                try:
                    with archive.open(member) as content:
                        _write(content, target, budget)
                except _damage() as error:
                    # Members of a zip archive stand by themselves: the others are whole.
                    budget.leave_out(member.filename, f"damaged: {clean_line(str(error), 80)}")


def _from_tar(stream: IO[bytes], folder: Path, budget: _Budget) -> None:
    import tarfile

    passed = 0
    with tarfile.open(fileobj=stream, mode="r|*") as archive:
        for member in archive:
            passed += member.size
            if passed > MAX_PASSED_BYTES:
                raise _FullError(f"it holds more than {MAX_PASSED_BYTES >> 30} GiB")
            if member.isdir():
                continue
            target = _target(member.name, folder, budget)
            if target is None:
                continue
            content = archive.extractfile(member) if member.isreg() else None
            if content is None:
                budget.leave_out(member.name, "no regular file")
            else:
                _write(content, target, budget)


def _target(name: str, folder: Path, budget: _Budget) -> Path | None:
    """Where a member is written; None for one that is no log, or whose name would lead elsewhere."""
    budget.members += 1
    if budget.members > MAX_MEMBERS:
        raise _FullError(f"it holds more than {MAX_MEMBERS:,} files")
    parts = name.replace("\\", "/").split("/")
    if parts[:1] == ["."]:
        parts = parts[1:]
    if not may_belong_to_log(parts[-1]):
        return None
    bad = any(
        part in ("", ".", "..") or len(part) > _LONGEST_PART or ":" in part or "\0" in part for part in parts
    )
    if bad or len(parts) > 32:
        budget.leave_out(name, "its name leads out of the archive")
        return None
    target = folder.joinpath(*parts)
    if not target.resolve().is_relative_to(folder) or target.exists():
        budget.leave_out(name, "its name is there twice or leads out of the archive")
        return None
    return target


def _write(content: IO[bytes], target: Path, budget: _Budget) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        while block := content.read(_BLOCK):
            budget.spend(len(block))
            file.write(block)
