"""What a turn of the conversation gives back: blocks to show, and at most one action for the front end."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.report.wrapping import wrap
from advisor.text import Language, clean, clean_line

if TYPE_CHECKING:
    from advisor.experiment.plan import Plan
    from advisor.report.parts import FindingParts

_LONGEST_CELL = 600


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Prose."""

    text: str


@dataclass(frozen=True, slots=True)
class FindingBlock:
    """One finding in its five parts: verdict, evidence, why it matters, what to change, how to check."""

    parts: "FindingParts"


@dataclass(frozen=True, slots=True)
class DiffBlock:
    """An edit that was not made yet, and the question whether to make it."""

    diff: str
    question: str


@dataclass(frozen=True, slots=True)
class ChartBlock:
    """Curves to draw.

    Attributes:
        series: Names of the curves as logged.
        caption: The same in one sentence, for line mode and screen readers.
        log: Whether the value axis is logarithmic.
        span: First and last x to show; None for all.
        runs: Names of the runs to overlay; empty for the current run.
    """

    series: tuple[str, ...]
    caption: str
    log: bool = False
    span: tuple[float, float] | None = None
    runs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A small table; every row has as many cells as the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | FindingBlock | DiffBlock | ChartBlock | TableBlock


@dataclass(frozen=True, slots=True)
class Apply:
    """Write the edit that the user has seen and said yes to."""

    plan: "Plan"


@dataclass(frozen=True, slots=True)
class Rerun:
    """Run the user's command again."""


@dataclass(frozen=True, slots=True)
class Train:
    """Run a training whose command the user has seen and said yes to.

    Attributes:
        command: Its words, as they are started without a shell.
        again: Whether it is the known training with other options, to be compared with the one before.
    """

    command: tuple[str, ...]
    again: bool = False


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the last applied edit, or all down to one.

    Attributes:
        down_to: Number of the first that is taken back; None for the last one alone.
    """

    down_to: int | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """Read logs and assess them."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Launch:
    """Start what trains on its own account: `advisor tune` or `advisor probe`.

    Attributes:
        words: The command and its options; of a tuning without the training command, which is the session's.
    """

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Save:
    """Write a report into a new file.

    Attributes:
        name: The file's name in the working folder; empty for the usual one.
        form: `markdown`, `json` or `csv`.
        some: Places of the open runs that it is about, from 0; of all where empty.
    """

    name: str
    form: str
    some: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Quit:
    """End the program."""


@dataclass(frozen=True, slots=True)
class Stop:
    """End the training that goes on, as the front end that started it does."""


Action = Apply | Rerun | Train | Undo | Open | Launch | Save | Stop | Quit


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer.

    Attributes:
        blocks: What to show, in order.
        action: What the front end is to do now; None for most turns. An action that writes or starts
            something is only ever given after the user's yes.
        language: Of the texts.
        intent: What the utterance was taken for; empty where the answer is a question back.
        waiting: What a yes would do; None where nothing is asked.
        act: Public name of the action (`answer`, `ask`, `refuse`, ...); empty for the intent's usual one.
    """

    blocks: tuple[Block, ...]
    action: Action | None
    language: Language
    intent: str = ""
    waiting: Action | None = None
    act: str = ""

    def plain(self, width: int = 80) -> str:
        """The blocks as plain text of at most `width` columns, for line mode, pipes and screen readers."""
        return "\n\n".join(text for block in self.blocks if (text := _plain(block, self.language, width)))


def _plain(block: Block, language: Language, width: int) -> str:
    match block:
        case Paragraph(text):
            return "\n".join(wrap(text, width))
        case FindingBlock(parts):
            from advisor.report.as_text import finding_text

            return "\n".join(finding_text(parts, language, colour=False, width=width))
        case DiffBlock(diff, question):
            lines = [*clean(diff, 20_000).splitlines(), ""] if diff else []
            return "\n".join([*lines, *wrap(question, width)])
        case ChartBlock():
            return "\n".join(wrap(block.caption, width))
        case TableBlock(header, rows):
            from advisor.report.tables import table

            cells = [[clean_line(cell, _LONGEST_CELL) for cell in row] for row in (header, *rows)]
            return "\n".join(table(cells[0], cells[1:], width=width))
