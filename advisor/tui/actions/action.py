"""What an action is: its names, its words, its keys, when it is possible, and what carries it out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from advisor.text import Bilingual, Language

UNSAFE_KEYS: Final = frozenset(
    {
        "ctrl+i",
        "ctrl+m",
        "ctrl+h",
        "ctrl+[",
        "ctrl+s",
        "ctrl+q",
        "ctrl+a",
        "ctrl+b",
        "ctrl+z",
        "ctrl+backslash",
    }
)
"""Keys that a terminal, its flow control or a multiplexer takes for itself."""


@dataclass(frozen=True, slots=True)
class State:
    """What decides whether an action is possible now."""

    run: bool = False
    runs: int = 0
    changes: bool = False
    command: bool = False
    busy: bool = False
    asking: bool = False


Obstacle = Callable[[State], str]
"""Why an action is not possible, as a key of the screen's words; empty where it is."""


def always(_: State) -> str:
    """Nothing stands in the way."""
    return ""


def needs_run(state: State) -> str:
    """A run must be open."""
    return "" if state.run else "needs run"


def needs_several(state: State) -> str:
    """More than one run must be open."""
    return "" if state.runs > 1 else "needs several"


def needs_changes(state: State) -> str:
    """A change must have been proposed."""
    return "" if state.changes else "needs changes"


def needs_command(state: State) -> str:
    """The training command must be known."""
    return "" if state.command else "needs command"


GROUPS: Final = {
    "run": Bilingual(en="run", zh="运行"),
    "ask": Bilingual(en="ask", zh="提问"),
    "change": Bilingual(en="change", zh="修改"),
    "view": Bilingual(en="view", zh="视图"),
    "chart": Bilingual(en="chart (its keys: tab to it)", zh="图表（先按 tab 选中）"),
    "program": Bilingual(en="program", zh="程序"),
}

ASK: Final = "ask"
"""Handler of actions that the conversation answers: it is given the slash command as typed."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done.

    Attributes:
        id: Stable name.
        group: Key of GROUPS.
        title: What it is called.
        help: What it does, in one sentence.
        handler: The app's method `do_<handler>`, which takes the argument as text.
        slash: Its command without the slash; empty where it has none.
        aliases: Further names of the command.
        argument: What may follow the command; None where nothing does.
        keys: Keys that do it from anywhere.
        chart_keys: Further keys, where a chart has the focus.
        in_footer: Whether the key line shows it.
        obstacle: Why it is not possible now.
    """

    id: str
    group: str
    title: Bilingual
    help: Bilingual
    handler: str
    slash: str = ""
    aliases: tuple[str, ...] = ()
    argument: Bilingual | None = None
    keys: tuple[str, ...] = ()
    chart_keys: tuple[str, ...] = ()
    in_footer: bool = False
    obstacle: Obstacle = always

    @property
    def needs_argument(self) -> bool:
        """Whether it cannot be done without an argument."""
        return self.argument is not None and not self.argument.en.startswith("[")

    def usage(self, language: Language) -> str:
        """The command with its argument, as typed: `/open PATH`."""
        return f"/{self.slash}" + (f" {self.argument.in_(language)}" if self.argument else "")
