"""Actions on runs: opening, listing, choosing."""

from typing import Final

from advisor.text import Bilingual
from advisor.tui.actions.action import Action, needs_run, needs_several

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
)  # fmt: skip
