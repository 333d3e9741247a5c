"""The conversation: turns of the user, answers, and the output of a training while it runs."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from textual.containers import VerticalScroll
from textual.content import Content

from advisor.text import Language, clean, clean_line
from advisor.tui.frame import MUTED, Frame
from advisor.tui.safe import PlainText
from advisor.tui.tail import OutputTail
from advisor.tui.words import say

if TYPE_CHECKING:
    from advisor.tui.blocks import Shown

_FEWEST, _SCREENS = 6, 2
"""Turns that stay laid out, and how often they fill the view; of a longer conversation older ones wait."""
_USUAL_ROWS = 4
"""Of a turn that has not been laid out yet."""
_AT_ONCE = 10
_LEFT = 30
_OUTPUT_LINES = 10
_MARGIN = 3


class UserTurn(PlainText):
    """What the user typed."""

    is_aside = False

    def __init__(self, text: str) -> None:
        super().__init__(Content.assemble(("› ", "bold $text-accent"), (clean(text), "bold")))
        self._text = text

    @property
    def plain(self) -> str:
        """The same as text."""
        return self._text

    def again(self) -> "Callable[[Frame], UserTurn]":
        """What makes the same anew, for a frame."""
        text = self._text
        return lambda _frame: UserTurn(text)


class Answer(PlainText):
    """A finished answer: one widget however many blocks it has, laid out again when its width changes."""

    is_aside = False

    def __init__(self, blocks: "Sequence[Shown]", frame: Frame, *, classes: str | None = None) -> None:
        # What lays blocks out is loaded with the first answer, after the screen stands.
        from advisor.tui.blocks import blocks_content

        super().__init__(blocks_content(blocks, frame), classes=classes)
        self._blocks = tuple(blocks)
        self._frame = frame

    @property
    def plain(self) -> str:
        """The answer as text."""
        from advisor.tui.blocks import blocks_content

        return str(blocks_content(self._blocks, self._frame))

    def again(self) -> "Callable[[Frame], Answer]":
        """What makes the same anew, for a frame; it holds the blocks alone and no widget."""
        blocks, classes = self._blocks, " ".join(self.classes) or None
        return lambda frame: Answer(blocks, frame, classes=classes)

    def lay_out(self, frame: Frame) -> None:
        """Lay the blocks out for another width or layout."""
        if frame != self._frame:
            from advisor.tui.blocks import blocks_content

            self._frame = frame
            self.show(blocks_content(self._blocks, frame))


class Output(PlainText):
    """The end of a running program's output, under the command and the time it has taken."""

    def __init__(self, command: str, tail: OutputTail) -> None:
        super().__init__(classes="output")
        self._command = clean_line(command, 300)
        self._tail = tail

    def refresh_tail(self, frame: Frame, seconds: float, ending: str = "") -> None:
        """Show the last lines; `ending` is how the program ended, empty while it runs."""
        from advisor.tui.blocks import Lines, block_content

        lines, above = self._tail.last(_OUTPUT_LINES if not ending else _OUTPUT_LINES // 2)
        pieces = [
            Content.assemble(("$ ", "$text-accent"), (self._command, "bold"), (f"   {clock(seconds)}", MUTED))
        ]
        if above:
            pieces.append(Content.styled(say("lines above", frame.language, n=above), MUTED))
        if lines:
            pieces.append(block_content(Lines(tuple(lines)), frame))
        if ending:
            pieces.append(Content.styled(ending, MUTED))
        self.show(Content("\n").join(pieces))


def clock(seconds: float) -> str:
    """A length of time: `8 s`, `3:20`, `1:05:00`."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class ConversationView(VerticalScroll, can_focus=False):
    """All turns, the last one in view; scrolled by keys that work from anywhere."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(id="conversation")
        self.frame = frame
        self._older: list[Callable[[Frame], UserTurn | Answer]] = []
        self._read_from: PlainText | None = None

    def say_waiting(self, text: str) -> None:
        """What is waited for, where nothing was said yet; it goes when something is."""
        if not self.children:
            self.mount(PlainText(text, classes="waiting"))

    def say_user(self, text: str) -> None:
        """Add what the user typed."""
        self._add(UserTurn(text))

    def say_blocks(self, blocks: "Sequence[Shown]", *, classes: str | None = None) -> None:
        """Add an answer."""
        if blocks:
            self._add(Answer(blocks, self.frame, classes=classes))

    def say_output(self, command: str, tail: OutputTail) -> Output:
        """Add the output of a program that starts now."""
        output = Output(command, tail)
        self._add(output, at_end=True)
        return output

    def refresh_output(self, output: Output, seconds: float, ending: str = "") -> None:
        """Show the last lines of a running program, in view unless the user has scrolled away."""
        at_end = self.is_vertical_scroll_end
        output.refresh_tail(self.frame, seconds, ending)
        if at_end:
            self.call_after_refresh(self.scroll_end, animate=False)

    def last_answer(self) -> Answer | None:
        """The newest answer."""
        answers = list(self.query(Answer))
        return answers[-1] if answers else None

    def last_turns(self, count: int = _LEFT) -> list[tuple[bool, str]]:
        """The newest turns, the last one last: whether the user said it, and what, as text."""
        turns = [turn for turn in self.children if isinstance(turn, UserTurn | Answer) and not turn.is_aside]
        return [(isinstance(turn, UserTurn), turn.plain) for turn in turns[-count:]]

    def set_language(self, language: Language) -> None:
        """Charts and labels of what is said from now on; what was said stays as it was."""
        self.border_title = say("conversation", language)
        self.frame = replace(self.frame, language=language)

    def on_resize(self) -> None:
        """Answers are laid out for the width of their column."""
        width = max(self.scrollable_content_region.width - _MARGIN, 20)
        self.frame = replace(self.frame, width=width, narrow=not self.screen.has_class("-wide"))
        for answer in self.query(Answer):
            answer.lay_out(self.frame)
        if self._read_from is not None:
            self.call_after_refresh(self.scroll_to_widget, self._read_from, top=True, animate=False)

    def on_mouse_scroll_up(self) -> None:
        """Whoever looks back stays there when the window gets another size."""
        self._read_from = None

    def scroll_page_up(self, **options: Any) -> None:
        """A page up; near the top, older turns are brought back before it."""
        self._read_from = None
        if self._older and self.scroll_y <= self.size.height:
            self._bring_back()
        super().scroll_page_up(**options)

    def _bring_back(self) -> None:
        """Lay older turns out again above the others; what is in view stays where it is."""
        back, self._older = self._older[-_AT_ONCE:], self._older[:-_AT_ONCE]
        first = self.children[0] if self.children else None
        fresh = [make(self.frame) for make in back]
        self.mount_all(fresh, before=0 if first is not None else None)
        if first is not None:
            self.call_after_refresh(self.scroll_to_widget, first, top=True, animate=False)

    def _set_aside(self) -> None:
        """Let the oldest turns of a long conversation wait, as long as the newest are in view."""
        # A turn that is taken away stays among the children for a moment.
        shown = [
            child for child in self.children if isinstance(child, UserTurn | Answer) and not child.is_aside
        ]
        waiting = shown[: -self._kept(shown)]
        if len(waiting) >= _AT_ONCE:
            self._older += [turn.again() for turn in waiting]
            for turn in waiting:
                turn.is_aside = True
            self.remove_children(waiting)
            # Widgets point at each other, and Python seldom searches its oldest objects: 300 turns held 18 MB
            # instead of 8.
            self.call_after_refresh(gc.collect)

    def _kept(self, shown: Sequence[PlainText]) -> int:
        """How many of the newest turns stay laid out: a few, and as many as fill the view more than once."""
        rows = accumulate(turn.outer_size.height or _USUAL_ROWS for turn in reversed(shown))
        enough = (count for count, high in enumerate(rows, 1) if high > _SCREENS * self.size.height)
        return max(next(enough, len(shown)), _FEWEST)

    def _add(self, widget: PlainText, *, at_end: bool = False) -> None:
        asked = self.children[-1] if self.children and isinstance(self.children[-1], UserTurn) else widget
        self.query(".waiting").remove()
        self.mount(widget)
        self._set_aside()
        self._read_from = asked
        if at_end:
            self.call_after_refresh(self.scroll_end, animate=False)
        else:
            # A long answer is read from its beginning; a short one leaves what came before it in view.
            self.call_after_refresh(self.scroll_to_widget, asked, top=True, animate=False)
