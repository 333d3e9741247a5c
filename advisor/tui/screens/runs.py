"""The open runs on the whole screen: filter, sort, choose, pin a baseline, mark for a comparison."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from advisor.report.listing import (
    ORDERS,
    Entry,
    Order,
    entries,
    filtered,
    ordered,
    short_names,
    sparkline,
    verdict,
)
from advisor.report.parts import SEVERITY_GLYPH
from advisor.report.wrapping import display_width, fitted
from advisor.text import Language, short_number
from advisor.tui.blocks import SEVERITY_STYLE, NarrowingTable
from advisor.tui.frame import MUTED
from advisor.tui.safe import PlainText
from advisor.tui.screens.help import HELP_KEY
from advisor.tui.widgets.status import ScreenKeys
from advisor.tui.words import say

if TYPE_CHECKING:
    from advisor.tui.app import AdvisorApp

_SPARK_COLUMNS = 14
_VALUE_COLUMNS = 22
_NARROW_VALUE_COLUMNS = 17
_ENDING_COLUMNS = 13
_WIDE = 100
_MARKS = 9
"""Columns of a row's marks and its number."""
_GAP = "  "
_SHORTENED = ((1, 16), (5, 24), (3, 14), (5, 8), (1, 6), (3, 8), (5, 3))
"""How many columns verdict, name and best value keep where there is little room, and where next to none."""
_HEADER = {
    "en": ("", "run", "ended", "best", "curve", "verdict"),
    "zh": ("", "运行", "结束", "最佳", "曲线", "结论"),
}


class RunsScreen(ModalScreen[None]):
    """Every open run in one row: `>` talked about, `*` marked, `B` baseline; keys act on the highlighted one.

    Args:
        app: Holds the runs and the baseline, and is told what is chosen.
        text: The filter to begin with.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        HELP_KEY,
        Binding("escape,q,f3", "leave", show=False),
        Binding("slash", "search", show=False),
        Binding("s", "sort", show=False),
        Binding("b", "pin", show=False),
        Binding("space", "mark", show=False),
        Binding("c", "beside", show=False),
    ]

    def __init__(self, app: "AdvisorApp", text: str = "") -> None:
        super().__init__()
        self._owner = app
        self._entries = entries(app.session.assessments)
        self._longest = max((display_width(entry.name) for entry in self._entries), default=0)
        verdicts = (finding_content(entry, app.language).cell_length for entry in self._entries)
        self._longest_verdict = max(verdicts, default=0)
        # Drawn once: every key that is typed into the filter lays all rows out again.
        ascii_only = app.view.frame.ascii_only
        self._sparks = {
            entry.number: sparkline(entry.curve, _SPARK_COLUMNS, ascii_only=ascii_only)
            for entry in self._entries
        }
        self._shown: list[Entry] = []
        self._marked: set[int] = set()
        self._order: Order = "opened"
        self._filter = Input(text, id="runs-filter", select_on_focus=False)
        self._filter.cursor_blink = app.prompt.cursor_blink
        self._list = OptionList(id="runs-list", markup=False)

    def compose(self) -> ComposeResult:
        """The filter, the rows, the keys."""
        self._filter.placeholder = say("runs filter", self._owner.language)
        yield self._filter
        yield PlainText(id="runs-head")
        yield self._list
        yield ScreenKeys("runs-keys", say("runs keys", self._owner.language))

    def on_mount(self) -> None:
        """Rows first; the filter is reached with a slash."""
        self._list.border_title = say("runs title", self._owner.language)
        self._list.focus()
        self.refresh_rows()

    def on_resize(self) -> None:
        """Rows are laid out for the width there is."""
        self.refresh_rows()

    def refresh_rows(self) -> None:
        """Show the rows that the filter lets through, in the order that is chosen."""
        language = self._owner.language
        kept = self._highlighted()
        self._shown = ordered(filtered(self._entries, self._filter.value), self._order)
        self._list.clear_options()
        columns = dict(self._columns())
        names = short_names([entry.name for entry in self._entries], columns[1])
        named = {entry.number: name for entry, name in zip(self._entries, names, strict=True)}
        self._list.add_options([Option(self._row(entry, named[entry.number])) for entry in self._shown])
        places = [
            n for n, entry in enumerate(self._shown) if kept is not None and entry.number == kept.number
        ]
        current = [n for n, entry in enumerate(self._shown) if self._is_current(entry)]
        if self._shown:
            self._list.highlighted = (places or current or [0])[0]
        order = say(f"order {self._order}", language)
        head = say("runs head", language, n=len(self._shown), of=len(self._entries), order=order)
        self.query_one("#runs-head", PlainText).show(Content.styled(f"{head}\n{self._titles()}", MUTED))

    @on(Input.Changed, "#runs-filter")
    def _on_filter(self, event: Input.Changed) -> None:
        event.stop()
        self.refresh_rows()

    @on(Input.Submitted, "#runs-filter")
    def _on_filter_done(self, event: Input.Submitted) -> None:
        event.stop()
        self._list.focus()

    @on(OptionList.OptionSelected, "#runs-list")
    def _on_chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        entry = self._shown[event.option_index]
        self.dismiss(None)
        self._owner.runs.choose(entry.number)

    def action_leave(self) -> None:
        """From the filter back to the rows; from the rows back to the program."""
        if self._filter.has_focus:
            self._filter.value = ""
            self._list.focus()
        else:
            self.dismiss(None)

    def action_search(self) -> None:
        """To the filter."""
        self._filter.focus()

    def action_sort(self) -> None:
        """The next order."""
        self._order = ORDERS[(ORDERS.index(self._order) + 1) % len(ORDERS)]
        self.refresh_rows()

    def action_mark(self) -> None:
        """Take the highlighted run into the comparison, or out of it."""
        entry = self._highlighted()
        if entry is not None:
            self._marked ^= {entry.number}
            self.refresh_rows()

    async def action_pin(self) -> None:
        """Make the highlighted run the baseline, or no longer."""
        entry = self._highlighted()
        if entry is not None:
            await self._owner.runs.pin(None if self._is_baseline(entry) else entry.run)
            self.refresh_rows()

    def action_beside(self) -> None:
        """Put the marked runs beside each other; one alone beside the baseline or the current run."""
        entry, marked = self._highlighted(), [e for e in self._entries if e.number in self._marked]
        if len(marked) < 2:
            pinned = [e for e in self._entries if self._is_baseline(e)]
            current = [e for e in self._entries if self._is_current(e)]
            others = marked or [e for e in (entry,) if e is not None]
            first = [e for e in (*pinned, *current) if e not in others][:1]
            marked = [*first, *others]
        if len(marked) < 2:
            self._owner.tell_briefly("beside how")
            return
        self._owner.runs.show_beside([entry.number for entry in marked])

    def _highlighted(self) -> Entry | None:
        at = self._list.highlighted
        return self._shown[at] if at is not None and at < len(self._shown) else None

    def _is_current(self, entry: Entry) -> bool:
        return self._owner.runs.is_current(entry.run)

    def _is_baseline(self, entry: Entry) -> bool:
        return self._owner.runs.is_baseline(entry.run)

    def _columns(self) -> tuple[tuple[int, int], ...]:
        """The columns before the verdict: which of the header's, and how wide."""
        width = self._width()
        wide = width >= _WIDE
        ended = ((2, _ENDING_COLUMNS),) if wide else ()
        best = _VALUE_COLUMNS if wide else _NARROW_VALUE_COLUMNS
        return (1, min(self._longest, width // 3)), *ended, (3, best), (4, _SPARK_COLUMNS)

    def _width(self) -> int:
        return max(self.size.width - 6, 40)

    def _verdict_below(self) -> bool:
        """Whether verdicts stand under their rows, since one of them has no room at the end of its own."""
        room = self._width() - _MARKS - sum(columns + len(_GAP) for _, columns in self._columns())
        return self._longest_verdict > room

    def _titles(self) -> str:
        """What stands in each column, over the rows."""
        titles = _HEADER[self._owner.language]
        shown = [fitted(titles[which], room) for which, room in self._columns()]
        shown += [] if self._verdict_below() else [titles[-1]]
        # The list has a border.
        return " " * (_MARKS + 1) + _GAP.join(shown)

    def _row(self, entry: Entry, name: str) -> Content:
        language, width = self._owner.language, self._width()
        marks = (">" if self._is_current(entry) else " ") + ("*" if entry.number in self._marked else " ")
        marks += "B" if self._is_baseline(entry) else " "
        texts = {
            1: (name, ""),
            2: (entry.ending.in_(language), MUTED),
            3: (best_text(entry), ""),
            4: (self._sparks[entry.number], "$text-primary"),
        }
        pieces = [Content.styled(f"{marks} {entry.number:>3}".ljust(_MARKS), "bold")]
        for which, room in self._columns():
            text, style = texts[which]
            pieces += [Content.styled(fitted(text, room), style), Content(_GAP)]
        found = finding_content(entry, language)
        if not self._verdict_below():
            return Content.assemble(*pieces, found).truncate(width, ellipsis=True)
        below = Content.assemble(" " * _MARKS, found).truncate(width, ellipsis=True)
        return Content.assemble(Content.assemble(*pieces).truncate(width, ellipsis=True), "\n", below)


def best_text(entry: Entry) -> str:
    """The best value, and then the name of its curve, which may be cut off."""
    return f"{short_number(entry.best)} {entry.metric}" if entry.best is not None else entry.metric or "-"


def finding_content(entry: Entry, language: Language) -> Content:
    """The verdict on a run by glyph and title."""
    if entry.finding is None:
        return Content.styled(say("clean", language), MUTED)
    severity = entry.finding.severity
    return Content.assemble(
        (f"{SEVERITY_GLYPH[severity]} ", SEVERITY_STYLE[severity]), verdict(entry, language)
    )


def runs_table(listed: Sequence[Entry], language: Language, *, ascii_only: bool) -> NarrowingTable:
    """The same as a table for the conversation, less ending and curve where narrow."""
    rows = tuple(
        (
            str(entry.number), entry.name, entry.ending.in_(language), best_text(entry),
            sparkline(entry.curve, _SPARK_COLUMNS, ascii_only=ascii_only),
            finding_content(entry, language).plain,
        )
        for entry in listed
    )  # fmt: skip
    return NarrowingTable(_HEADER[language], rows, (2, 4), _SHORTENED)
