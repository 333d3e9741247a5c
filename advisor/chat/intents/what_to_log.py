"""What is missing in my log? What more would let be checked, by what it needs."""

from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.report.parts import unchecked_reasons
from advisor.text import Bilingual

_MOST = 5


def answer(context: Context, utterance: Utterance) -> Reply:
    """Each thing that is missing and the checks it would allow, the one that allows most first."""
    current = context.current
    if current is None:
        return context.no_run()
    needs = unchecked_reasons(current.unchecked, context.language, _MOST)
    how = context.pick(
        "`with advisor.probe.watch(model, optimizer, 'log.jsonl'):` around the training loop writes losses, "
        "rates, gradient norms and layers by itself.",
        "在训练循环外面套一层 `with advisor.probe.watch(model, optimizer, 'log.jsonl'):`，"
        "就会自动记录损失、学习率、梯度范数和各层的情况。",
    )
    if not needs:
        return context.say(
            context.pick("Nothing that a rule asks for is missing.", "规则需要的内容都有，没有缺的。")
        )
    lead = context.pick("With more in the log I could check more:", "日志里多记一些，就能多检查一些：")
    return context.say(lead, "\n".join(needs), how)


INTENT = Intent(
    name="what_to_log",
    title=Bilingual(en="say what is missing in the log", zh="说明日志里还缺什么"),
    answer=answer,
)
