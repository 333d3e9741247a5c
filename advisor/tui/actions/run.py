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
        Bilingual(en="Every run that was read, on the whole screen: filter, sort, baseline, compare.",
                  zh="全屏列出已读取的运行：筛选、排序、基准、比较。"),
        "runs", "runs", (), Bilingual(en="[FILTER]", zh="[筛选]"), keys=("f3",), obstacle=needs_run,
    ),
    Action(
        "run", "run",
        Bilingual(en="speak of another run", zh="切换到另一个运行"),
        Bilingual(en="Makes run N of the list the one that is shown.", zh="显示列表中的第 N 个运行。"),
        "run", "run", (), Bilingual(en="N", zh="N"),
    ),
    Action(
        "baseline", "run",
        Bilingual(en="pin a baseline", zh="设为基准"),
        Bilingual(en="Draws run N, or the current one, into every chart; 'off' ends it.",
                  zh="把第 N 个运行（或当前运行）画进每张图；off 取消。"),
        "baseline", "baseline", ("pin",), Bilingual(en="[N]", zh="[N]"), obstacle=needs_run,
    ),
    Action(
        "beside", "run",
        Bilingual(en="put runs beside each other", zh="并排比较运行"),
        Bilingual(en="Overlaid curves, settings that differ, values that differ, on the whole screen.",
                  zh="全屏显示叠加的曲线、不同的设置和不同的数值。"),
        "beside", "beside", (), Bilingual(en="[A B ...]", zh="[A B ...]"), obstacle=needs_several,
    ),
    Action(
        "history", "run",
        Bilingual(en="show the history", zh="查看历史"),
        Bilingual(en="The remembered runs of this project: what was changed, what came of it.",
                  zh="本项目记录的运行：改了什么，结果如何。"),
        "history", "history",
    ),
)  # fmt: skip
