"""Opens logs: small ones here, large ones by another process, with a first look drawn meanwhile."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError, UnreadableError
from advisor.tui.large import LargeReading, is_large, stamp
from advisor.tui.news import FirstLook

if TYPE_CHECKING:
    from advisor.chat.conversation import Conversation
    from advisor.chat.reply import Reply
    from advisor.tui.app import AdvisorApp


class Opening:
    """Logs that are being opened.

    Args:
        app: Is sent the first look.
        paths: Files or folders.
        conversation: Makes what tells about them.
    """

    def __init__(
        self, app: "AdvisorApp", paths: Sequence[str], conversation: "Callable[[], Conversation]"
    ) -> None:
        self._app = app
        self._paths = tuple(paths)
        self._conversation = conversation
        self._apart: LargeReading | None = None
        self._unread: list[AdvisorError] = []

    def read(self, stop: threading.Event) -> "Reply | None":
        """Read them, and say what was found; None where it was stopped. For a thread of its own.

        Raises:
            AdvisorError: nothing could be read.
        """
        self._app.turns.read_from |= {name: stamp(name) for name in self._paths if Path(name).is_file()}
        if is_large(self._paths):
            try:
                self._apart = LargeReading(self._app.session, self._paths, stop)
            except OSError:
                pass
            else:
                return self._conversation().opened() if self._taken(self._apart) else None
        self._app.session.open(self._paths, self._unread.append)
        return self._conversation().opened()

    @property
    def reading(self) -> bool:
        """Whether another process reads, which can be stopped."""
        return self._apart is not None and not self._apart.taken

    @property
    def unread(self) -> "Sequence[AdvisorError]":
        """Why some of them could not be read, where others were."""
        return self._unread

    def wait(self, seconds: float) -> bool:
        """Wait until what was read is remembered; whether it is."""
        return self._apart is None or self._apart.wait(seconds)

    def _taken(self, apart: LargeReading) -> bool:
        """Show a first look, then wait for the whole; whether it came before it was stopped."""
        try:
            self._look()
            return apart.take()
        finally:
            if not apart.taken:
                apart.end()

    def _look(self) -> None:
        from advisor.advice import Assessment
        from advisor.readers.preview import preview
        from advisor.report.panels import panels

        path = next((name for name in self._paths if Path(name).is_file()), None)
        if path is None:
            return
        try:
            seen = preview(Path(path), path)
        except UnreadableError:
            return
        if seen is not None:
            run = self._app.session.corrected(seen.run)
            drawn = panels(Assessment(run, {}, (), (), ()))
            self._app.panes.look_ahead(drawn)
            self._app.post_message(FirstLook(drawn, seen.share, path))
