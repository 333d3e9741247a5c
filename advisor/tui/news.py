"""What the readers of a log send the screen; on its own, as the screen stands before a log is read."""

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from advisor.report.panels import Panel
    from advisor.tui.live import Live
    from advisor.tui.trial_commands import Measured
    from advisor.tui.underway import Underway
    from advisor.watch import News


class LiveNews(Message):
    """The open log has changed.

    Attributes:
        live: Who follows it.
        news: What a look has shown; None where looking failed.
        error: Why it failed; it is not followed any longer.
    """

    def __init__(
        self, live: "Live | Underway | Measured", news: "News | None", error: Exception | None = None
    ) -> None:
        super().__init__()
        self.live = live
        self.news = news
        self.error = error


class FirstLook(Message):
    """A first look at a large log that is still being read.

    Attributes:
        panels: The charts of what was seen.
        share: How much of the log that is, 0 to 1.
        path: The log.
    """

    def __init__(self, panels: "tuple[Panel, ...]", share: float, path: str) -> None:
        super().__init__()
        self.panels = panels
        self.share = share
        self.path = path
