"""What a turn shows, as styled text of a given width: prose, findings, diffs, tables, charts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.content import Content

from advisor.chat.facts import run_name
from advisor.chat.reply import Block, ChartBlock, DiffBlock, FindingBlock, Paragraph, TableBlock
from advisor.diagnosis.finding import Severity
from advisor.report.parts import SEVERITY_GLYPH, SEVERITY_WORD, FindingParts
from advisor.report.view import PLAIN_VIEW, View
from advisor.report.wrapping import display_width, fitted, wrap
from advisor.run import Run
from advisor.text import Language, clean, clean_line
from advisor.tui.frame import MUTED, Frame

if TYPE_CHECKING:
    from advisor.report.panels import Panel

_LONGEST_CELL = 600
SEVERITY_STYLE = {
    Severity.INFO: "$text-success",
    Severity.WARNING: "$text-warning",
    Severity.CRITICAL: "bold $text-error",
}
_LABEL_COLUMNS = 10
_REPORT_INDENT = 4
_INLINE_ROWS = 11


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """A chart in the conversation; `narrow_only` where the side pane shows it on wide screens."""

    panel: "Panel"
    view: View = PLAIN_VIEW
    narrow_only: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines shown as they are: a program's output, foreign text."""

    lines: tuple[str, ...]
    style: str = ""


@dataclass(frozen=True, slots=True)
class NarrowingTable:
    """A table that leaves columns out where its width does not suffice, those of `dispensable` in turn.

    Where that does not suffice either, columns are cut short in the order of `shortened`, which says how many
    columns of the terminal each keeps. Names, those of column `name`, keep what tells them apart.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    dispensable: tuple[int, ...]
    shortened: tuple[tuple[int, int], ...]
    name: int = 1

    def in_(self, width: int) -> TableBlock:
        """The table in so many columns of the terminal, or as narrow as it gets."""
        cells = {n: [line[n] for line in (self.header, *self.rows)] for n in range(len(self.header))}
        room = {n: max(map(display_width, column)) for n, column in cells.items()}
        for n in self.dispensable:
            if _together(room) > width:
                del cells[n], room[n]
        for n, fewest in self.shortened:
            over = _together(room) - width
            if over > 0 and room[n] > fewest:
                cells[n] = self._cut(n, cells[n], max(room[n] - over, fewest))
                room[n] = max(map(display_width, cells[n]))
        head, *rows = zip(*cells.values(), strict=True)
        return TableBlock(head, tuple(rows))

    def _cut(self, n: int, column: Sequence[str], width: int) -> list[str]:
        from advisor.report.listing import short_names

        head, *rest = column
        short = short_names(rest, width) if n == self.name else [fitted(c, width).rstrip() for c in rest]
        return [fitted(head, width).rstrip(), *short]


def _together(room: Mapping[int, int]) -> int:
    return sum(room.values()) + 2 * (len(room) - 1)


Shown = Paragraph | FindingBlock | DiffBlock | TableBlock | NarrowingTable | Drawing | Lines


def shown_block(block: Block, run: Run | None, others: Sequence[tuple[str, Run]] = ()) -> Shown:
    """A block of the conversation, with the curves of a chart found in the run.

    Args:
        block: As the conversation gives it.
        run: The run that is spoken of.
        others: Further runs to draw beside it, each under the name to show.
    """
    if not isinstance(block, ChartBlock):
        return block
    chosen = [series for name in block.series for series in (run or ()) if series.name == name]
    if not chosen:
        return Paragraph(block.caption)
    from advisor.report.panels import panel_of, with_other_runs

    panel = panel_of(chosen, run=run)
    if others and run is not None:
        own = run_name(run)
        alone = len(panel.curves) == 1
        named = [replace(c, name=own if alone else f"{own}: {c.name}") for c in panel.curves]
        panel = with_other_runs(replace(panel, curves=tuple(named)), others)
    return Drawing(panel, View("log" if block.log else "auto", block.span))


def blocks_content(blocks: Iterable[Shown], frame: Frame) -> Content:
    """Blocks under one another, an empty line between them."""
    shown = [content for block in blocks if (content := block_content(block, frame))]
    return Content("\n\n").join(shown)


def block_content(block: Shown, frame: Frame) -> Content:
    """One block."""
    match block:
        case Paragraph(text):
            return Content("\n".join(wrap(text, frame.width)))
        case FindingBlock(parts):
            return finding_content(parts, frame)
        case DiffBlock(diff, question):
            asked = Content.styled("\n".join(wrap(question, frame.width)), "bold")
            return Content("\n\n").join([diff_content(diff), asked]) if diff else asked
        case TableBlock(header, rows):
            from advisor.report.tables import table

            cells = [[clean_line(cell, _LONGEST_CELL) for cell in row] for row in (header, *rows)]
            head, *body = table(cells[0], cells[1:], width=frame.width)
            return Content("\n").join([Content.styled(head, "bold"), *(Content(line) for line in body)])
        case NarrowingTable():
            return block_content(block.in_(frame.width), frame)
        case Drawing(narrow_only=True) if not frame.narrow:
            return Content("")
        case Drawing(panel, view):
            from advisor.tui.pictures import panel_content

            return panel_content(panel, frame, _INLINE_ROWS, view)
        case Lines(lines, style):
            return Content.styled("\n".join(clean(line) for line in lines), style)


def finding_content(parts: FindingParts, frame: Frame) -> Content:
    """A finding in its five parts: verdict, evidence, why it matters, what to change, how to check."""
    verdict = Content.assemble(
        severity_mark(parts.severity, frame.language),
        "  ",
        (clean_line(parts.verdict, 500), "bold"),
        "  ",
        (clean_line(parts.code), MUTED),
    )
    from advisor.report.as_text import finding_text

    _, *rest = finding_text(parts, frame.language, False, frame.width + _REPORT_INDENT)
    # The head is wrapped by the screen; the other lines come wrapped, labels in their first columns.
    return Content("\n").join([verdict, *(_labelled(line[_REPORT_INDENT:]) for line in rest)])


def _labelled(line: str) -> Content:
    label, gap, text = line.partition("  ")
    if not label or len(label) > _LABEL_COLUMNS:
        return Content(line)
    return Content.assemble((label, "$text-accent"), gap, text)


def severity_mark(severity: Severity, language: Language, count: int | None = None) -> Content:
    """A severity as glyph and word, and how often; the colour only repeats them."""
    number, word = "" if count is None else f"{count} ", SEVERITY_WORD[severity].in_(language)
    # `critical` is no noun.
    several = "s" if language == "en" and (count or 1) > 1 and severity != Severity.CRITICAL else ""
    text = f"{SEVERITY_GLYPH[severity]} {number}{word}{several}"
    return Content.styled(text, SEVERITY_STYLE[severity])


def diff_content(diff: str) -> Content:
    """A unified diff, lines marked by their own + and - and coloured."""
    styles = {"+": "$text-success", "-": "$text-error", "@": MUTED}
    lines = clean(diff, 50_000).splitlines()
    heads = ("+++ ", "--- ")
    return Content("\n").join(
        Content.styled(line, MUTED if line.startswith(heads) else styles.get(line[:1], "")) for line in lines
    )
