"""Actions that ask the conversation."""

from typing import Final

from advisor.text import Bilingual
from advisor.tui.actions.action import ASK, Action, needs_run

ACTIONS: Final = (
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
)  # fmt: skip
