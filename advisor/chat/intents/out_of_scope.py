"""Anything that is not about a training."""

from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.text import Bilingual

_ELSEWHERE = (
    r"weather|football|soccer|world cup|recipe|cook|flight|hotel|book a|stock|bitcoin|crypto|"
    r"president|election|movie|song|poem|joke|novel|"
    r"translate|homework|essay|react|javascript|html|css|website|deploy|docker|kubernetes|android|"
    r"ios app|install|gpu should i buy|"
    r"buy (?:a|an|the|me|some) |price|salary|phd|diet|lose weight|smoking|girlfriend|boyfriend|"
    r"gpt-?[0-9]|claude|gemini|"
    r"capital of|kids|"
    r"天气|足球|世界杯|菜谱|做饭|机票|酒店|股票|股价|比特币|总统|电影|歌|写诗|笑话|小说|翻译|作业|"
    r"论文|爬虫|网页|前端|部署|安装|装不上|"
    r"买(?:哪|什么)|价格|工资|减肥|戒烟|女朋友|男朋友|首都|数学题|旅游|星座"
)


_WAIL = regex(r"[啊呃额呜嘤]{3,}|a{3,}r*g*h*|ar+gh+")


def answer(context: Context, utterance: Utterance) -> Reply:
    """One line; no state is changed."""
    return context.say(
        context.pick(
            "That lies outside my task. I read training logs, say what is wrong with a run, and "
            "propose what to change.",
            "这不在我的范围内。我读取训练日志，指出训练的问题，并建议怎么改。",
        )
    )


def sure(utterance: Utterance) -> float:
    """Words of other matters, with none of training a model; a mere wail."""
    about_training = bool(
        utterance.hyperparameters or utterance.metrics or utterance.optimisers
    ) or utterance.has(r"overfit|epoch|train|loss|tensorboard|checkpoint|训练|过拟合|梯度|日志")
    wailed = _WAIL.fullmatch(utterance.folded) is not None
    return 0.95 if wailed or (utterance.has(_ELSEWHERE) and not about_training) else 0.0


INTENT = Intent(
    name="out_of_scope",
    title=Bilingual(en="something else", zh="其他事情"),
    answer=answer,
    sure=sure,
)
