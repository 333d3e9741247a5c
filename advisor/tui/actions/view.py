"""Actions on what is seen."""

from typing import Final

from advisor.text import Bilingual
from advisor.tui.actions.action import Action, needs_run

ACTIONS: Final = (
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
)  # fmt: skip
