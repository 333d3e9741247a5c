"""Actions that change something and train again."""

from typing import Final

from advisor.text import Bilingual
from advisor.tui.actions.action import ASK, Action, needs_changes, needs_command

ACTIONS: Final = (
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
        "train", "change",
        Bilingual(en="start a training", zh="开始训练"),
        Bilingual(en="Asks, then runs a command such as python train.py --lr 0.1; its curves are drawn live.",
                  zh="询问后运行 python train.py --lr 0.1 这样的命令，并实时绘制曲线。"),
        ASK, "train", (), Bilingual(en="COMMAND", zh="命令"),
    ),
    Action(
        "rerun", "change",
        Bilingual(en="train again", zh="重新训练"),
        Bilingual(en="Runs the training command again and compares.", zh="重新运行训练命令并比较。"),
        ASK, "rerun", ("retrain",), obstacle=needs_command,
    ),
    Action(
        "probe", "change",
        Bilingual(en="probe a training", zh="试探训练"),
        Bilingual(en="Trains FILE.py:FUNCTION, or digits, for a moment and says what that shows.",
                  zh="短暂训练 FILE.py:FUNCTION（或 digits），并说明结果。"),
        "probe", "probe", (), Bilingual(en="TARGET [--budget N] [--only CHECK] [NAME=VALUE]",
                                        zh="目标 [--budget N] [--only 检查] [名称=数值]"),
    ),
    Action(
        "tune", "change",
        Bilingual(en="tune by itself", zh="自动调参"),
        Bilingual(en="Changes, trains and compares for some rounds in a copy of the folder; then asks.",
                  zh="在文件夹的副本中修改、训练、比较若干轮，然后询问。"),
        "tune", "tune", (), Bilingual(en="[ROUNDS]", zh="[轮数]"), obstacle=needs_command,
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
)  # fmt: skip
