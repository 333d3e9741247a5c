"""Everything that can be done on the screen, stated once.

Slash commands, the command palette, the keys, the key line and the help screen are all made from ACTIONS.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
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
    in_footer: bool = False
    obstacle: Obstacle = always

    @property
    def needs_argument(self) -> bool:
        """Whether it cannot be done without an argument."""
        return self.argument is not None and not self.argument.en.startswith("[")

    def usage(self, language: Language) -> str:
        """The command with its argument, as typed: `/open PATH`."""
        return f"/{self.slash}" + (f" {self.argument.in_(language)}" if self.argument else "")


ACTIONS: Final = (
    Action(
        "open", "run",
        Bilingual(en="open a log or a folder", zh="打开日志或文件夹"),
        Bilingual(en="Reads a log, says what is wrong and what to change.",
                  zh="读取日志，指出问题并给出修改建议。"),
        "open", "open", ("read",), Bilingual(en="PATH", zh="路径"),
    ),
    Action(
        "runs", "run",
        Bilingual(en="list the open runs", zh="列出打开的运行"),
        Bilingual(en="Lists the runs that were read, with their findings.", zh="列出已读取的运行及其发现。"),
        "runs", "runs", obstacle=needs_run,
    ),
    Action(
        "run", "run",
        Bilingual(en="speak of another run", zh="切换到另一个运行"),
        Bilingual(en="Makes run N of the list the one that is shown.", zh="显示列表中的第 N 个运行。"),
        "run", "run", (), Bilingual(en="N", zh="N"), obstacle=needs_several,
    ),
    Action(
        "diagnose", "ask",
        Bilingual(en="say what is wrong", zh="指出问题"),
        Bilingual(en="The most important finding, with its evidence.", zh="最重要的发现及其证据。"),
        ASK, "diagnose", ("check",), obstacle=needs_run,
    ),
    Action(
        "findings", "ask",
        Bilingual(en="list every finding", zh="列出全部发现"),
        Bilingual(en="Every finding in full, and what could not be checked.",
                  zh="全部发现，以及无法检查的内容。"),
        ASK, "findings", obstacle=needs_run,
    ),
    Action(
        "why", "ask",
        Bilingual(en="say why", zh="说明原因"),
        Bilingual(en="What the last finding rests on.", zh="上一条发现的依据。"),
        ASK, "why", ("evidence",), obstacle=needs_run,
    ),
    Action(
        "changes", "ask",
        Bilingual(en="say what to change", zh="给出修改建议"),
        Bilingual(en="The changes most likely to help, best first.", zh="最可能有效的修改，按优先级排列。"),
        ASK, "changes", ("advice", "recommend"), obstacle=needs_run,
    ),
    Action(
        "explain", "ask",
        Bilingual(en="explain a term", zh="解释术语"),
        Bilingual(en="Explains a rule, a problem, a signal or a concept.", zh="解释规则、问题、信号或概念。"),
        ASK, "explain", (), Bilingual(en="TERM", zh="术语"),
    ),
    Action(
        "summary", "ask",
        Bilingual(en="sum the run up", zh="总结这次运行"),
        Bilingual(en="How the run went, in a few figures.", zh="用几个数字概括这次运行。"),
        ASK, "summary", ("status",), obstacle=needs_run,
    ),
    Action(
        "plot", "ask",
        Bilingual(en="draw a curve", zh="绘制曲线"),
        Bilingual(en="Draws the losses, or the curve that is named.", zh="绘制损失，或指定的曲线。"),
        ASK, "plot", ("chart",), Bilingual(en="[CURVE]", zh="[曲线]"), obstacle=needs_run,
    ),
    Action(
        "compare", "ask",
        Bilingual(en="compare two runs", zh="比较两次运行"),
        Bilingual(en="Says whether the second is better; the last two without arguments.",
                  zh="判断后一次是否更好；不带参数时比较最近两次。"),
        ASK, "compare", (), Bilingual(en="[A B]", zh="[A B]"),
    ),
    Action(
        "apply", "change",
        Bilingual(en="apply a change", zh="应用修改"),
        Bilingual(en="Shows the edit of change N as a diff and asks.",
                  zh="以差异形式显示第 N 个修改并询问。"),
        ASK, "apply", (), Bilingual(en="N", zh="N"), obstacle=needs_changes,
    ),
    Action(
        "set", "change",
        Bilingual(en="set a value", zh="设置数值"),
        Bilingual(en="Shows the edit that sets a hyperparameter, and asks.",
                  zh="显示设置某个超参数的修改并询问。"),
        ASK, "set", (), Bilingual(en="NAME VALUE", zh="名称 数值"), obstacle=needs_command,
    ),
    Action(
        "go", "change",
        Bilingual(en="apply / rerun", zh="应用 / 重训"),
        Bilingual(en="Proposes the best change; in a question, applies it and trains again.",
                  zh="提出最佳修改；在询问中则应用并重新训练。"),
        "go", keys=("ctrl+r",), in_footer=True,
    ),
    Action(
        "rerun", "change",
        Bilingual(en="train again", zh="重新训练"),
        Bilingual(en="Runs the training command again and compares.", zh="重新运行训练命令并比较。"),
        ASK, "rerun", ("retrain",), obstacle=needs_command,
    ),
    Action(
        "undo", "change",
        Bilingual(en="take the last change back", zh="撤销上一次修改"),
        Bilingual(en="Restores what the last applied change edited.", zh="恢复上一次修改前的内容。"),
        ASK, "undo", ("revert",),
    ),
    Action(
        "stop", "change",
        Bilingual(en="stop", zh="停止"),
        Bilingual(en="Stops the running work, closes a question, clears the prompt.",
                  zh="停止当前任务、关闭询问、清空输入。"),
        "stop", "stop", keys=("escape",), in_footer=True,
    ),
    Action(
        "scale", "view",
        Bilingual(en="change the value axis", zh="切换数值坐标轴"),
        Bilingual(en="Automatic, linear, logarithmic, in turn.", zh="在自动、线性、对数之间切换。"),
        "scale", "scale", ("log",), keys=("f4",), obstacle=needs_run,
    ),
    Action(
        "describe", "view",
        Bilingual(en="say the charts in words", zh="用文字描述图表"),
        Bilingual(en="Each curve in one sentence, for screen readers and for copying.",
                  zh="每条曲线一句话，适合读屏软件和复制。"),
        "describe", "describe", obstacle=needs_run,
    ),
    Action(
        "back", "view",
        Bilingual(en="scroll back", zh="向上翻页"),
        Bilingual(en="The conversation, a page up.", zh="对话向上翻一页。"),
        "page_up", keys=("pageup",),
    ),
    Action(
        "forth", "view",
        Bilingual(en="scroll forth", zh="向下翻页"),
        Bilingual(en="The conversation, a page down.", zh="对话向下翻一页。"),
        "page_down", keys=("pagedown",),
    ),
    Action(
        "theme", "view",
        Bilingual(en="choose a theme", zh="选择主题"),
        Bilingual(en="Dark, light and 16-colour themes.", zh="深色、浅色与 16 色主题。"),
        "theme", "theme",
    ),
    Action(
        "language", "view",
        Bilingual(en="English or Chinese", zh="英文或中文"),
        Bilingual(en="Switches the language of the screen and of the answers.", zh="切换界面和回答的语言。"),
        "language", "language", ("lang",),
    ),
    Action(
        "copy", "program",
        Bilingual(en="copy the last answer", zh="复制上一个回答"),
        Bilingual(en="Copies the last answer as text.", zh="以文本形式复制上一个回答。"),
        "copy", "copy",
    ),
    Action(
        "help", "program",
        Bilingual(en="help", zh="帮助"),
        Bilingual(en="Every key and command.", zh="全部按键和命令。"),
        "help", "help", ("keys",), keys=("f1",), in_footer=True,
    ),
    Action(
        "commands", "program",
        Bilingual(en="commands", zh="命令"),
        Bilingual(en="Searches every command by name.", zh="按名称搜索全部命令。"),
        "commands", keys=("ctrl+p",), in_footer=True,
    ),
    Action(
        "quit", "program",
        Bilingual(en="quit", zh="退出"),
        Bilingual(en="Ends the program; ctrl+c twice does the same.",
                  zh="退出程序；连按两次 ctrl+c 也可以。"),
        "quit", "quit", ("exit", "q"),
    ),
)  # fmt: skip


BY_ID: Final = {action.id: action for action in ACTIONS}
_BY_SLASH: Final = {
    name: action for action in ACTIONS if action.slash for name in (action.slash, *action.aliases)
}


def by_slash(name: str) -> Action | None:
    """The action of a command or alias, written with or without its slash."""
    return _BY_SLASH.get(name.removeprefix("/").lower())


def completions(typed: str, state: State) -> Iterator[Action]:
    """Actions whose command begins with what was typed after the slash, the possible ones first."""
    word = typed.lstrip("/").lower()
    matching = [a for a in ACTIONS if a.slash and any(n.startswith(word) for n in (a.slash, *a.aliases))]
    yield from sorted(matching, key=lambda action: bool(action.obstacle(state)))


def nearest(name: str) -> Action | None:
    """The action whose command is spelt most like `name`, or None."""
    close = get_close_matches(name.removeprefix("/").lower(), _BY_SLASH, n=1)
    return _BY_SLASH[close[0]] if close else None
