"""Which run are we talking about?"""

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.report.listing import distinct_names
from advisor.text import Bilingual


def answer(context: Context, utterance: Utterance) -> Reply:
    """Its name, its place among the open ones, its figures."""
    current, every = context.current, context.session.assessments
    if current is None:
        return context.no_run()
    names = distinct_names([item.run for item in every])
    place = next((n for n, item in enumerate(every) if item is current), 0)
    name, n, rank = names[place], len(every), place + 1
    lead = context.pick(f"About {name}", f"说的是 {name}")
    if n > 1:
        lead += context.pick(
            f", number {rank} of the {n} that are open.", f"，打开的 {n} 个里的第 {rank} 个。"
        )
        more = context.pick(
            "`runs` lists them, `switch to run 2` goes to another.", "`runs` 列出全部，“切换到 run 2”换一个。"
        )
    else:
        lead, more = lead + context.pick("; no other is open.", "；没有打开别的。"), ""
    return context.say(lead, " ".join(facts.summary(current, context.language)), more)


_ASKED = regex(
    r"(?:and |so |wait )*(?:which|what) (?:run|training|log|file|model|experiment|one)"
    r"(?: exactly)? (?:is|was) "
    r"(?:this|that|it|open|current|loaded)(?: now| about)?(?:[?,.;] .{0,60})?|"
    r"(?:which|what) (?:run|training|log|file|model|experiment|one) (?:are|were) (?:we|you) "
    r"(?:talking about|on|looking at|speaking of|discussing)(?: now)?|"
    r"(?:现在|目前|这)?(?:是|说的是|看的是|打开的是|在看|在说)(?:哪|哪一)(?:个|次|份)"
    r" ?(?:run|训练|实验|日志|模型)?(?:啊|呢)?|"
    r"(?:哪|哪一)(?:个|次|份) ?(?:run|训练|实验|日志)(?:啊|呢)?"
)


def sure(utterance: Utterance) -> float:
    """The bare question."""
    return 0.95 if _ASKED.fullmatch(utterance.folded) else 0.0


INTENT = Intent(
    name="which_run",
    title=Bilingual(en="say which run is spoken of", zh="说明现在看的是哪次训练"),
    answer=answer,
    sure=sure,
)
