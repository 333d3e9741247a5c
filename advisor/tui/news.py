"""What the follower of a log sends the screen; on its own, as the screen stands before a log is read."""

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from advisor.tui.live import Live
    from advisor.tui.underway import Underway
    from advisor.watch import News


class LiveNews(Message):
    """The open log has changed.

    Attributes:
        live: Who follows it.
        news: What a look has shown; None where looking failed.
        error: Why it failed; it is not followed any longer.
    """

    def __init__(self, live: "Live | Underway", news: "News | None", error: Exception | None = None) -> None:
        super().__init__()
        self.live = live
        self.news = news
        self.error = error
