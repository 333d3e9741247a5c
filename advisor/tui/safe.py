"""The one way in which text that is not ours reaches the screen: no control characters, no markup."""

from textual.content import Content
from textual.widgets import Static

from advisor.text import clean, clean_line


def foreign(text: str, limit: int = 20_000) -> Content:
    """Text from a log, a path, an error or a program's output, to be shown literally."""
    return Content(clean(text, limit).expandtabs(4))


def foreign_line(text: str, limit: int = 200) -> Content:
    """`foreign`, on one line."""
    return Content(clean_line(text, limit))


def path_end(path: str, columns: int = 40) -> str:
    """The end of a path, whole folder names only, at most about `columns` long."""
    kept = path
    while len(kept) > columns and "/" in kept[:-1]:
        kept = kept.partition("/")[2]
    return kept if kept == path else f"…/{kept}"


class PlainText(Static):
    """A label that reads no markup, whatever it is given."""

    def __init__(
        self, content: Content | str = "", *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(_literal(content), id=id, classes=classes, markup=False)

    def show(self, content: Content | str) -> None:
        """Replace what is shown."""
        self.update(_literal(content))

    def on_unmount(self) -> None:
        """Let go of the lines that were drawn: Textual keeps those of removed widgets (its issue 6665)."""
        self.refresh()


def _literal(content: Content | str) -> Content:
    return foreign(content) if isinstance(content, str) else content
