"""What should be changed next?"""

from advisor.advice.change import Change
from advisor.chat import facts
from advisor.chat.advise import propose, why_no_proposal
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.text import Bilingual
from advisor.vocabulary import role_title

_AGAIN = regex(
    r"(?:(?:so|ok|okay|then|and|well)[, ]+)*(?:what (?:value |number )?(?:do|should|would) (?:i|we) "
    r"(?:set|change|put|turn|bring) (?:it|that|this) (?:to|at)(?: then| now)?|"
    r"(?:and |n |but |ok )*(?:what |so what )?if (?:that|it|this)(?: then)? (?:doesn'?t|"
    r"didn'?t|does not|did not) (?:work|help)(?: then| either)?|"
    r"(?:just |only |ok )*(?:give me |tell me )?(?:just )?one (?:change|thing|fix)(?: "
    r"only| to change)?(?: please| pls)?|"
    r"(?:give|show|tell) me (?:the |that |your )?(?:list|options|proposals|suggestions) again|"
    r"(?:(?:within|given|with) (?:that|those|these)[^,]{0,16}, )?what(?:'s| is) (?:the|your) "
    r"(?:best )?(?:move|play|plan|bet|option|way forward)(?: then| now| here)?|"
    r"what (?:would|should|do) (?:you|i|we) (?:try|do|change|fix|tune|start with) first(?:,? and why)?)|"
    r"(?:那|那么)?(?:到底|究竟)?(?:该|要|应该)?(?:设|改|调)(?:成|到|为)(?:多少|几)(?:合适|好|才好|呢|啊)*"
)
_FURTHER = (
    r"(?:doesn'?t|does not|didn'?t) (?:work|help)|没用|不行|没效果|不管用|it fails|"
    r"(?:what|anything|something) else|other (?:option|change|idea|way|thing)s?|(?:还有|别的|其他|另外).{0,6}"
    r"(?:改|调|试|办法|方案|建议|招)|(?:还能|还可以)(?:改|调|试)"
)


_ONE_ONLY = r"(?<![a-z])(?:one|single|1) (?:thing|change|fix)(?![a-z])|只(?:改|说|给)(?:我)?一(?:个|处|样|条)"


def parse(utterance: Utterance) -> Slots:
    """The goal and how many runs are left for it."""
    slots: dict[str, SlotValue] = {}
    if utterance.has(r"cheap|least (?:cost|effort)|最便宜|成本最低|省钱"):
        slots["goal"] = "cost"
    elif utterance.has(r"quick|fast|speed|最快|见效快"):
        slots["goal"] = "speed"
    elif utterance.has(r"best|最好|最优"):
        slots["goal"] = "best"
    elif utterance.has(r"acc|point|点数|准确率|精度|提点"):
        slots["goal"] = "val_acc"
    if (
        utterance.has(r"budget|only .{0,12}(?:run|try|shot)|只(?:能|剩|有).{0,6}(?:次|回)")
        and utterance.numbers
    ):
        slots["budget"] = int(utterance.numbers[0].value)
    return slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """At most three ranked changes, old -> new, each with its reason."""
    if context.current is None:
        return context.no_run()
    changes = list(context.open_changes())
    if not changes:
        return why_no_proposal(context)
    if utterance.has(_FURTHER):
        further = [change for change in changes if change.number not in context.dialogue.offered]
        return _more(context, further)
    slots = parse(utterance)
    if slots.get("budget") == 1:
        changes = changes[:1]
        lead = context.pick("With one run left, this one:", "只剩一次，就做这个：")
    elif utterance.has(_ONE_ONLY):
        changes = changes[:1]
        lead = context.pick("One change:", "只改这一处：")
    elif slots.get("goal") == "best":
        lead = context.pick(
            "The best values cannot be known from one run; this is the next step, best first. A search "
            "with a budget (`advisor tune --rounds 5 -- YOUR COMMAND`) goes further:",
            "只凭一次训练无法知道最好的值；下面是下一步，按把握排序。想走得更远，"
            "可以按预算搜索（`advisor tune --rounds 5 -- 你的命令`）：",
        )
    elif slots.get("goal") in ("cost", "speed"):
        changes.sort(key=lambda change: (change.cost, change.number))
        lead = context.pick("Cheapest first:", "按训练成本从低到高：")
    elif len(changes) > 1:
        lead = context.pick("One change at a time, best first:", "一次只改一处，按把握排序：")
    else:
        lead = context.pick("One change:", "建议改一处：")
    lead = " ".join(part for part in (_weighed(context, utterance), lead) if part)
    healthy = facts.clean_bill(context.current)
    if healthy is not None:
        title = facts.title(healthy, context.language)
        fine = context.pick(f"{title}; nothing has to change. ", f"{title}，不必改动。")
        lead = fine + lead
    context.dialogue.subject = changes[0].finding
    return propose(context, changes, " ".join(part for part in (lead, context.kept_sentence()) if part))


def _more(context: Context, further: list[Change]) -> Reply:
    """What was not shown yet; that there is nothing more is an answer."""
    if further:
        return propose(context, further, context.pick("Also possible:", "还可以："))
    return context.say(
        context.pick(
            "That was all that I would change; what is left is luck, data or the model itself.",
            "我会改的都说过了；剩下的取决于运气、数据或模型本身。",
        )
    )


def _weighed(context: Context, utterance: Utterance) -> str:
    """Which of two settings that are named comes first, and why; empty where not two are."""
    named = list(dict.fromkeys(mention.name for mention in utterance.hyperparameters))
    ranked = [change for change in context.open_changes() if change.hyperparameter in named]
    if len(named) < 2 or not ranked:
        return ""
    first = ranked[0]
    title = role_title(first.hyperparameter or "").in_(context.language)
    reason = facts.title(first.finding, context.language)
    return context.pick(
        f"The {title} first: {reason}, and one change at a time keeps the outcome readable.",
        f"先调{title}：{reason}；一次只改一处，结果才说得清。",
    )


def sure(utterance: Utterance) -> float:
    """Which of two settings comes first, the list once more, or what 'it' is to become."""
    either = utterance.has(r"(?<![a-z])or(?![a-z])|还是") and utterance.has(r"(?<![a-z])first(?![a-z])|先")
    named = {mention.name for mention in utterance.hyperparameters}
    again = _AGAIN.fullmatch(utterance.folded) is not None
    return 0.95 if again or (either and len(named) > 1) else 0.0


INTENT = Intent(
    name="recommend",
    title=Bilingual(en="propose what to change", zh="建议怎么改"),
    answer=answer,
    parse=parse,
    sure=sure,
    commands={"recommend": r"", "advice": r"", "changes": r"", "fix": r""},
)
