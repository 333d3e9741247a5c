"""Actions on a chart: the one that has the focus, else the first."""

from typing import Final

from advisor.text import Bilingual
from advisor.tui.actions.action import Action, needs_run

ACTIONS: Final = (
    Action(
        "scale", "chart",
        Bilingual(en="change the value axis", zh="切换数值坐标轴"),
        Bilingual(en="Automatic, linear, logarithmic, symlog, in turn, or the one that is named.",
                  zh="在自动、线性、对数、对称对数之间切换，或使用指定的一种。"),
        "scale", "scale", ("log",), Bilingual(en="[NAME]", zh="[名称]"),
        keys=("f4",), chart_keys=("l",), obstacle=needs_run,
    ),
    Action(
        "axis", "chart",
        Bilingual(en="change the x axis", zh="切换横轴"),
        Bilingual(en="Step, epoch, time, as far as the log tells them, in turn.",
                  zh="在步数、轮数、时间之间切换（以日志记录的为限）。"),
        "axis", "axis", (), Bilingual(en="[NAME]", zh="[名称]"), chart_keys=("x",), obstacle=needs_run,
    ),
    Action(
        "smooth", "chart",
        Bilingual(en="smooth the curves", zh="平滑曲线"),
        Bilingual(en="None, 2, 5, 10 percent of what is shown, in turn; the raw curve stays visible.",
                  zh="依次为不平滑、所示范围的 2%、5%、10%；原始曲线仍然可见。"),
        "smooth", "smooth", (), Bilingual(en="[PERCENT]", zh="[百分比]"),
        chart_keys=("s",), obstacle=needs_run,
    ),
    Action(
        "zoom", "chart",
        Bilingual(en="zoom", zh="缩放"),
        Bilingual(en="Shows the stretch FROM TO of the x axis, in every chart that has this axis.",
                  zh="显示横轴上从 FROM 到 TO 的一段；所有用同一横轴的图表一起变化。"),
        "zoom", "zoom", (), Bilingual(en="FROM TO", zh="起 止"), obstacle=needs_run,
    ),
    Action(
        "zoom-in", "chart",
        Bilingual(en="zoom in", zh="放大"),
        Bilingual(en="Half the stretch, around the cursor; the wheel does the same at the pointer.",
                  zh="以光标为中心显示一半范围；滚轮以指针位置为中心。"),
        "zoom_in", chart_keys=("plus", "equals_sign"), obstacle=needs_run,
    ),
    Action(
        "zoom-out", "chart",
        Bilingual(en="zoom out", zh="缩小"),
        Bilingual(en="Twice the stretch.", zh="显示两倍范围。"),
        "zoom_out", chart_keys=("minus",), obstacle=needs_run,
    ),
    Action(
        "pan-left", "chart",
        Bilingual(en="move to earlier", zh="向前移动"),
        Bilingual(en="A quarter of the stretch to the left; dragging with the mouse does the same.",
                  zh="向左移动四分之一；用鼠标拖动效果相同。"),
        "pan_left", chart_keys=("comma", "shift+left"), obstacle=needs_run,
    ),
    Action(
        "pan-right", "chart",
        Bilingual(en="move to later", zh="向后移动"),
        Bilingual(en="A quarter of the stretch to the right.", zh="向右移动四分之一。"),
        "pan_right", chart_keys=("full_stop", "shift+right"), obstacle=needs_run,
    ),
    Action(
        "whole", "chart",
        Bilingual(en="show the whole chart", zh="显示整张图"),
        Bilingual(en="Takes zoom, cursor and smoothing back.", zh="取消缩放、光标和平滑。"),
        "whole", "whole", ("reset",), chart_keys=("0",), obstacle=needs_run,
    ),
    Action(
        "at", "chart",
        Bilingual(en="read the values at a place", zh="读取某处的数值"),
        Bilingual(en="Puts the cursor of every chart at X and says the values there.",
                  zh="把所有图表的光标放到 X 处并给出数值。"),
        "at", "at", (), Bilingual(en="X", zh="X"), obstacle=needs_run,
    ),
    Action(
        "cursor-left", "chart",
        Bilingual(en="cursor to the left", zh="光标左移"),
        Bilingual(en="One column, or to the next point; a click puts it anywhere.",
                  zh="移动一列或到下一个点；单击可放到任意位置。"),
        "cursor_left", chart_keys=("left",), obstacle=needs_run,
    ),
    Action(
        "cursor-right", "chart",
        Bilingual(en="cursor to the right", zh="光标右移"),
        Bilingual(en="One column, or to the next point.", zh="移动一列或到下一个点。"),
        "cursor_right", chart_keys=("right",), obstacle=needs_run,
    ),
    Action(
        "full", "chart",
        Bilingual(en="fill the screen", zh="全屏显示"),
        Bilingual(en="One chart on the whole screen; tab shows the next one, esc goes back.",
                  zh="一张图占满屏幕；tab 显示下一张，esc 返回。"),
        "full", "full", (), Bilingual(en="[N]", zh="[N]"),
        keys=("f2",), chart_keys=("enter", "f"), obstacle=needs_run,
    ),
    Action(
        "copy-chart", "chart",
        Bilingual(en="copy the chart as text", zh="以文本复制图表"),
        Bilingual(en="The chart in characters, and each of its curves in one sentence.",
                  zh="字符形式的图表，以及每条曲线的一句话说明。"),
        "copy_chart", chart_keys=("y",), obstacle=needs_run,
    ),
    Action(
        "save", "chart",
        Bilingual(en="save the chart", zh="保存图表"),
        Bilingual(en="Writes the chart as it is shown to a file whose name ends in .svg or .png.",
                  zh="把当前显示的图表写入以 .svg 或 .png 结尾的文件。"),
        "save", "save", (), Bilingual(en="[FILE]", zh="[文件]"), chart_keys=("e",), obstacle=needs_run,
    ),
)  # fmt: skip
