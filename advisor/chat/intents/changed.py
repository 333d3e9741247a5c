"""What did you change? Only what was written after a yes, and what is agreed on and not written."""

from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.text import Bilingual, clean
from advisor.translation import with_place


def answer(context: Context, utterance: Utterance) -> Reply:
    """What came of what was tried, where that is asked; else the last written change and how to undo it."""
    if _WHAT_CAME.search(utterance.folded):
        from advisor.chat.rounds_told import what_came

        return context.say(*(what_came(context) or (_nothing_tried(context),)))
    staged = "; ".join(edit.headline for edit in context.dialogue.staged)
    noted = staged and context.pick(
        f"Agreed on, written nowhere: {staged}.", f"已同意但还没有写入：{staged}。"
    )
    last = context.session.journal.last_applied(str(context.session.project))
    if last is None:
        lead = context.pick(
            "Nothing: I have written no file and started nothing here.",
            "什么都没改：我没有写过文件，也没有启动任何东西。",
        )
        return context.say(lead, noted)
    headline = with_place(clean(last.applied.plan.headline, 300), context.language)
    return context.say(
        context.pick(
            f"The last change that I wrote: {headline}. `undo` takes it back.",
            f"我最后写入的修改是：{headline}。输入 `undo` 撤销。",
        ),
        noted,
    )


def _nothing_tried(context: Context) -> str:
    if context.session.journal.path is None:
        return context.pick(
            "I only know the last run here; `advisor history` and `advisor chat` tell what came of all.",
            "这里我只知道最近一次训练；`advisor history` 和 `advisor chat` 会说明每一次的结果。",
        )
    return context.pick(
        "Nothing can be told of that yet: no change was followed by a `rerun`, and nothing was tuned here.",
        "现在还说不了：还没有哪次修改之后用 `rerun` 重新训练过，这里也没有调优过。",
    )


_WHAT_CAME = regex(
    r"(?:what|how (?:much|well|good)) (?:did|has|have|was|were) (?:each|every|the (?:changes|rounds|tuning))"
    r".{0,40}(?:bring|brought|gain|worth|come to|do|done|find|found|help)|"
    r"what came of (?:each|every|the|my|those|these) .{0,20}(?:changes?|rounds?|tuning|search)|"
    r"which (?:change|round)s? (?:helped|was (?:the )?best|brought|did (?:the )?best|gained)|"
    r"how did (?:the |my )?(?:tuning|rounds|search) (?:go|do|turn out|end)|"
    r"what (?:was|is) the best (?:configuration|settings|config|round) (?:of the (?:tuning|rounds)|it found)|"
    r"[每各]一?[次个项](?:修改|改动|调整).{0,6}(?:带来|收益|效果|值多少|结果|怎么?样)|"
    r"哪一?[次个项](?:修改|改动|调整).{0,4}(?:最有用|最好|最有效|帮助最大|提升最大|有用|有效)|"
    r"(?:调优|调参)的?(?:各轮|每一?轮)?的?(?:结果|效果)?(?:怎么样|如何|怎样)|"
    r"(?:调优|调参)的?(?:各轮|每一?轮)?的结果"
)


def sure(utterance: Utterance) -> float:
    """What came of each change, or of the rounds of a tuning."""
    return 0.95 if _WHAT_CAME.search(utterance.folded) else 0.0


INTENT = Intent(
    name="changed",
    title=Bilingual(en="say what was changed so far", zh="说明改过什么"),
    answer=answer,
    sure=sure,
)
