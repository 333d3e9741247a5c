"""Actions on the program itself."""

from typing import Final

from advisor.text import Bilingual
from advisor.tui.actions.action import Action

ACTIONS: Final = (
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
        "tour", "program",
        Bilingual(en="a short tour", zh="快速上手"),
        Bilingual(en="Opens a sample log and says what can be done with it.",
                  zh="打开一个示例日志，说明能做什么。"),
        "tour", "tour",
    ),
    Action(
        "welcome", "program",
        Bilingual(en="recent runs and sample logs", zh="最近的运行与示例日志"),
        Bilingual(en="Offers recent runs and sample logs to open.", zh="列出可以打开的最近运行和示例日志。"),
        "welcome", "welcome", ("samples",),
    ),
    Action(
        "quit", "program",
        Bilingual(en="quit", zh="退出"),
        Bilingual(en="Ends the program; ctrl+c twice does the same.",
                  zh="退出程序；连按两次 ctrl+c 也可以。"),
        "quit", "quit", ("exit", "q"),
    ),
)  # fmt: skip
