"""Reads large logs in a process of its own, so that the screen is never held up."""

import copyreg
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError
from advisor.vocabulary.corrections import Correction
from advisor.workers import Apart, EndedFromOutsideError

if TYPE_CHECKING:
    from advisor.advice import Assessment
    from advisor.session import Session

# So much is read here in the time that another process needs to start.
_WORTH_BYTES = 4 << 20
_WORTH_ENTRIES = 20_000
_LINE_BY_LINE = 4
"""How many times as long a log takes that is read line by line, as one that grows is."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is read, and by what it is judged.

    Attributes:
        paths: Files or folders.
        folder: Where relative paths begin.
        journal: Where runs are remembered, and what is known of the project stands; None where nothing is.
        corrections: The user's word on the curves.
        learned: Whether the effect model speaks.
        known: What was found in the log before, less its curves, where it is watched on.
    """

    paths: tuple[str, ...]
    folder: Path
    journal: Path | None
    corrections: tuple[Correction, ...]
    learned: bool
    known: "Assessment | None" = None

    @classmethod
    def of(cls, session: "Session", paths: Sequence[str], known: "Assessment | None" = None) -> "Request":
        """What a session would read itself."""
        if known is not None:
            known = replace(known, run=replace(known.run, series=()))
        journal = session.journal.path
        return cls(tuple(paths), session.folder, journal, session.corrections, session.learned, known)


def is_large(paths: Sequence[str]) -> bool:
    """Whether reading some logs and folders, or looking for logs in them, would hold up the screen."""
    return any(_is_large(Path(name)) for name in paths)


def is_watched_apart(path: str) -> bool:
    """Whether watching one log here, which begins by reading it line by line, would hold up the screen."""
    return not Path(path).is_dir() and _size(Path(path)) >= _WORTH_BYTES // _LINE_BY_LINE


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0


def _is_large(path: Path) -> bool:
    try:
        if not path.is_dir():
            return _size(path) >= _WORTH_BYTES
    except (OSError, ValueError):
        return False
    from advisor.readers.folders import is_much

    return is_much(path, _WORTH_BYTES, _WORTH_ENTRIES)


def stamp(name: str) -> tuple[int, int] | None:
    """Size and time of a file, by which it is seen whether it has changed; None where it is none."""
    try:
        found = Path(name).stat()
    except (OSError, ValueError):
        return None
    return (found.st_size, found.st_mtime_ns)


def prepared(request: Request) -> "Session":
    """A session that judges as the one that requests it; for another process."""
    from advisor.journal import Journal
    from advisor.session import Session

    send_mappings()
    journal = Journal.open(request.journal) if request.journal is not None else Journal.in_memory()
    session = Session(request.folder, journal)
    session.corrections, session.learned = request.corrections, request.learned
    return session


def send_mappings() -> None:
    """Let assessments be sent: what only shows a mapping cannot be by itself."""
    copyreg.pickle(MappingProxyType, lambda view: (_view, (dict(view),)))


def ended_from_outside() -> AdvisorError:
    """What is said where the process that reads is gone."""
    return AdvisorError(
        "The process that read the log was ended from outside, most often for want of memory.",
        "Open a part of it: head -n 100000 LOG > part.log",
    )


def read_apart(request: Request) -> "Iterator[list[Assessment]]":
    """The assessments of what is requested, which are then remembered; for another process."""
    session = prepared(request)
    found = session.look(request.paths)
    yield found
    if request.journal is not None:
        session.remember(found)


def _view(mapping: dict[str, float]) -> MappingProxyType[str, float]:
    return MappingProxyType(mapping)


class LargeReading:
    """Logs that are read by a process of their own, from now on.

    Args:
        session: Takes what was read.
        paths: Files or folders.
        stop: Ends the reading when it is set.

    Raises:
        OSError: no process can be started.
    """

    def __init__(self, session: "Session", paths: Sequence[str], stop: threading.Event) -> None:
        self._session = session
        self._results = Apart(read_apart, Request.of(session, paths), stop)
        self._keeping: threading.Thread | None = None

    @property
    def taken(self) -> bool:
        """Whether it was read and is open."""
        return self._keeping is not None

    def take(self) -> bool:
        """Wait for what is read, and open it in the session; whether it came before it was stopped.

        Raises:
            AdvisorError: nothing could be read.
        """
        try:
            found = next(self._results, None)
        except EndedFromOutsideError as error:
            raise ended_from_outside() from error
        if found is None:
            return False
        session = self._session
        session.assessments, session.current = [], None
        session.renew(found)
        self._keeping = threading.Thread(target=self._keep, args=(found,), daemon=True, name="remembering")
        self._keeping.start()
        return True

    def wait(self, seconds: float) -> bool:
        """Wait until what was read is remembered; whether it is."""
        if self._keeping is not None:
            self._keeping.join(seconds)
        return self._keeping is None or not self._keeping.is_alive()

    def end(self) -> None:
        """Read no more; for one that was not taken."""
        self._results.end()

    def _keep(self, found: "list[Assessment]") -> None:
        """Let the other process remember it, or do that here where it cannot."""
        try:
            remembered = self._session.journal.path is not None and next(self._results, None) is None
        except Exception:
            remembered = False
        self._results.end()
        if not remembered:
            self._session.remember(found)
