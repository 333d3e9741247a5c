"""Couldn't it be something else? Other explanations, what would refute the verdict, noise, who says so."""

import numpy as np

from advisor.advice.assessment import Assessment
from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots
from advisor.chat.intents.explain_why import agreement_sentence, holding, instead
from advisor.chat.reply import Reply
from advisor.chat.suspects import suspected, weighed
from advisor.chat.understand import Utterance
from advisor.diagnosis.finding import Finding, Severity
from advisor.patterns import regex
from advisor.report.parts import change_headline, probability_note, unchecked_reasons
from advisor.run import Series
from advisor.text import Bilingual, clean_line, short_number

_MOST = 2
_FEWEST = 4
"""Values from which on their scatter can be told."""


def parse(utterance: Utterance) -> Slots:
    """What the doubt is about."""
    return {"aspect": _aspect(utterance)}


def _aspect(utterance: Utterance) -> str:
    return next((name for name, pattern in _ASPECTS if utterance.has(pattern)), "other")


def answer(context: Context, utterance: Utterance) -> Reply:
    """The doubt is taken at its word: what speaks against the verdict comes first."""
    current, finding = context.current, context.spoken_of()
    if current is None:
        return context.no_run()
    aspect = _aspect(utterance)
    suspect = suspected(utterance)
    if suspect is not None and aspect not in ("noise", "refute", "check", "source"):
        return context.say(*_beside(context, finding), *weighed(context, suspect))
    if aspect == "noise":
        return context.say(*_noise(context, current))
    if finding is None:
        return context.say(
            context.pick(
                "I have made no claim that could be wrong: nothing was found.", "我没有下结论：没有发现问题。"
            ),
            *facts.summary(current, context.language),
        )
    context.dialogue.subject = finding
    if aspect == "refute":
        told = _refuted_by(context, current, finding)
        # What is asked for comes first: the last paragraph is what the log lacks.
        return context.say(*(told[::-1] if utterance.has(_MISSING) and told[-1] else told))
    if aspect == "check":
        return context.say(_how_to_check(context, finding))
    if aspect == "source":
        return context.say(*_source(context, finding))
    if aspect == "reference":
        return context.say(*_references(context, finding))
    if aspect == "against":
        return context.say(*_beside(context, finding), *_otherwise(context, current, finding))
    return context.say(instead(context, utterance, finding), *_otherwise(context, current, finding))


def _noise(context: Context, current: Assessment) -> list[str]:
    """How much the judged curve scatters late, against what it moved from its best to its end."""
    series = facts.verdict_series(current.run)
    best = None if series is None else facts.best_index(series)
    spread = None if series is None else scatter(series)
    if series is None or best is None or spread is None:
        return [context.pick("Too few values to tell noise from a trend.", "值太少，分不清噪声和趋势。")]
    moved = abs(float(series.y[-1]) - float(series.y[best]))
    name, wobble = facts.name(series), short_number(float(f"{spread:.2g}"))
    figure = context.pick(
        f"{name} scatters by about {wobble} from one value to the next",
        f"{name} 相邻两个值之间的起伏约为 {wobble}",
    )
    one_seed = context.pick(
        "That is the noise within this run; how far another seed would land is not in one log.",
        "这是这一次训练内部的噪声；换一个种子会差多少，一份日志里看不出来。",
    )
    if best == len(series) - 1:
        return [figure + context.pick(".", "。"), one_seed]
    times = "" if spread == 0 else short_number(float(f"{moved / spread:.2g}"))
    shift, count = short_number(float(f"{moved:.3g}")), times or "∞"
    clear = spread == 0 or moved > 3 * spread
    lead = (
        context.pick("Hardly noise: ", "不太像噪声：")
        if clear
        else context.pick("It may be noise: ", "可能只是噪声：")
    )
    return [
        lead
        + figure
        + context.pick(
            f", and from its best to its end it moved by {shift}, {count} times as much.",
            f"，而从最佳到最后变了 {shift}，是它的 {count} 倍。",
        ),
        one_seed,
    ]


def scatter(series: Series) -> float | None:
    """Typical distance of neighbours about the curve's own slope: 1.48 median |second difference| / sqrt(6).

    Differencing twice takes a straight trend out; the median keeps a few jumps from counting (Rousseeuw and
    Croux, 1993, for the factor).
    """
    y = series.y[np.isfinite(series.y)]
    if y.size < _FEWEST:
        return None
    return float(1.4826 * np.median(np.abs(np.diff(y, 2))) / np.sqrt(6))


def _refuted_by(context: Context, current: Assessment, finding: Finding) -> list[str]:
    """The clauses that hold now and would have to fall, the test, and what the log lacks."""
    clauses = holding(finding)
    title = facts.title(finding, context.language)
    lead = context.pick(
        f"I would drop '{title}' if one of these no longer held: ",
        f"下面任何一条不再成立，我就收回“{title}”：",
    )
    lead = lead + context.pick("; ", "；").join(clauses) if clauses else title
    missing = context.pick("; ", "；").join(unchecked_reasons(current.unchecked, context.language)[:_MOST])
    return [
        lead,
        context.pick("Or if this applies: ", "或者属于这种情况：")
        + finding.rule.false_alarms.in_(context.language),
        context.pick("The test: ", "验证办法：") + finding.rule.check.in_(context.language),
        missing and context.pick("What the log lacks: ", "日志里缺的：") + missing,
    ]


def _how_to_check(context: Context, finding: Finding) -> str:
    """What must be seen after the change, and the commands that show it."""
    check = finding.rule.check.in_(context.language)
    return context.pick(
        f"{check} Train again with the change alone (`rerun`); `compare` says better, worse or cannot tell.",
        f"{check}只改这一处重训（`rerun`），`compare` 会说更好、更差还是看不出。",
    )


def _source(context: Context, finding: Finding) -> list[str]:
    clauses = context.pick("; ", "；").join(holding(finding))
    lead = context.pick(
        f"A rule: {finding.code} ({finding.rule.name}).", f"是规则：{finding.code}（{finding.rule.name}）。"
    )
    if not clauses and any("learned" in name for clause in finding.trace for name in clause.values):
        lead = context.pick("The learned part, not a rule of thresholds.", "是学习模型，不是阈值规则。")
    return [f"{lead} {clauses}".strip(), agreement_sentence(context, finding), _share(context, finding)]


def _references(context: Context, finding: Finding) -> list[str]:
    """Where the rule comes from, and its name in the documentation."""
    rule = f"{finding.code} ({finding.rule.name})"
    if not finding.rule.references:
        return [context.pick(f"Rule {rule} names no source.", f"规则 {rule} 没有写明出处。")]
    lead = context.pick(f"Rule {rule} rests on:", f"规则 {rule} 的出处：")
    return [lead, *(f"- {clean_line(one, 300)}" for one in finding.rule.references)]


def _beside(context: Context, finding: Finding | None) -> list[str]:
    """What is held, with its first figure, and what is proposed: nothing said since has changed the log."""
    if finding is None:
        return []
    title = facts.title(finding, context.language) + probability_note(finding.probability, context.language)
    figure = " ".join(e.sentence.in_(context.language) for e in finding.evidence[:1])
    change = next((c for c in context.open_changes() if c.serves(finding.code)), None)
    first = "" if change is None else change_headline(change, context.language)
    held = context.pick(
        f"What the log shows stays: {title}. {figure}", f"日志显示的没有变：{title}。{figure}"
    )
    return [held, first and context.pick(f"My proposal for it: {first}.", f"对它的建议：{first}。")]


def _share(context: Context, finding: Finding) -> str:
    if finding.probability is None:
        return context.pick("How often it is right was never measured.", "它有多准没有测过。")
    wrong = 1 - finding.probability
    return context.pick(
        f"Where it fired on trainings kept for testing it was wrong in {wrong:.0%}.",
        f"在留作测试的训练上，它触发时有 {wrong:.0%} 是错的。",
    )


def _otherwise(context: Context, current: Assessment, finding: Finding) -> list[str]:
    """The next best explanation, what the learned part says, and when the verdict is known to be wrong."""
    others = [f for f in current.findings if f is not finding and f.severity > Severity.INFO]
    if others:
        told = context.pick("; ", "；").join(
            facts.title(f, context.language) + probability_note(f.probability, context.language)
            for f in others[:_MOST]
        )
        lead = context.pick(f"The next best: {told}.", f"其次的解释：{told}。")
    else:
        lead = context.pick("No other finding fits this log.", "没有别的发现符合这份日志。")
    evidence = [] if not others else [e.sentence.in_(context.language) for e in others[0].evidence[:1]]
    doubt = context.pick("Mine is wrong where this applies: ", "属于这种情况时我就错了：")
    second = agreement_sentence(context, finding)
    first = " ".join([lead, *evidence])
    return [
        *((first, second) if others or not second else (second, first)),
        doubt + finding.rule.false_alarms.in_(context.language),
        context.pick("What tells them apart: ", "区分的办法：") + finding.rule.check.in_(context.language),
    ]


_NOISE = (
    r"noise or (?:real|signal|a trend)|real or (?:just )?noise|噪声还是|"
    r"(?:is|are|was|be|isn't|not|just|only|from|the|of) (?:it |that |this |all )*(?:just "
    r"|only |simply |really |pure )*noise|"
    r"what(?:'s| is) the noise|how (?:noisy|much noise)|statistically|(?:is|was) (?:that|"
    r"it|this)(?: difference| change)? significant|"
    r"could be nothing|be (?:just )?(?:luck|chance|random|a fluke)|噪声|随机波动|显著吗|是不是偶然|碰巧"
)
_REFUTE = (
    r"make you (?:withdraw|change|drop|reconsider|doubt|revise)|withdraw (?:it|that|your)"
    r"|什么情况下?.{0,6}(?:改口|收回|改变)|"
    r"change your mind|convince you|convinces? me|not convinced|(?:don'?t|do not) (?:believe|"
    r"buy) (?:it|that|you)$|我?(?:还是)?不信|prove (?:you|it) wrong|refute|falsif|disprove|"
    r"what "
    r"(?:would|could) (?:settle|show|tell)|"
    r"what (?:evidence|data|information|proof) (?:is|are|do you) (?:missing|lack\w*|need)"
    r"|experiment would (?:settle|show|tell)|"
    r"改变(?:你的)?(?:看法|想法|判断|结论|主意)|推翻|反证|证伪|说服你|缺(?:什么|哪些|"
    r"啥)(?:证据|数据|信息)|(?:什么|哪个|怎样的)(?:实验|试验).{0,8}(?:说明|证明|判断|"
    r"分清|定)"
)
_SOURCE = (
    r"(?:rule|model|heuristic|threshold|ai|statistic|learned).{0,14} or (?:a |an |the "
    r")?(?:rule|model|heuristic|guess|learned)|"
    r"who says(?: so| that)?$|(?:规则|模型).{0,6}还是.{0,6}(?:规则|模型|猜)"
)
_OTHER = (
    r"second[- ]best|next best explanation|(?:other|another|alternative) (?:explanation|"
    r"cause|reason|hypothes)|counter[- ]?(?:argument|evidence|example)|"
    r"devil'?s advocate|argue against|speaks? against|(?:couldn't|could not|can't|could|"
    r"might|may) (?:it|this|that)(?: not)? (?:also |just |simply |instead |not )*be (?:a "
    r"|an |the |due to |because )?[a-z]|"
    r"(?:weakest|shakiest|least certain)|why not (?:that|the other|the second)(?: one|"
    r" explanation)?$|其他(?:的)?(?:解释|原因|可能)|别的(?:解释|原因|可能)|第二(?:种|"
    r"个)(?:解释|可能)|反驳|反面|"
    r"会不会(?:其实|也|只)?是|(?:不会|难道不)是|有没有可能是|最(?:薄弱|没把握|站不住)"
)
_MISSING = r"missing|lack|(?<![a-z])need(?![a-z])|缺"
_CHECK = (
    r"(?:what|which) (?:experiment|test|run|rerun|training)s? (?:would|could|can|will)"
    r" (?:settle|tell|show|prove|decide)|"
    r"(?:what|how) (?:would|could|can) (?:i|we)? ?(?:settle|test|verify) (?:it|that|this)"
    r"|(?:什么|哪个|怎样的)(?:实验|试验)|"
    r"how (?:do|will|would|can|could|should) (?:i|we) (?:know|tell|see|check|verify) "
    r"(?:if |whether |that )?(?:it|that|this|(?:the|my) [a-z]+) "
    r"(?:work\w*|help\w*|did)|(?:改完|改了|改好|之后).{0,4}(?:怎么|如何|咋)(?:看|知道|判断|验证|确认)"
)
_REFERENCE = (
    r"(?:(?:and|so|ok|but|is there|do you have|got|have you|any|which|what|the|some|give me|show me|from|a|"
    r"that|it|its|your) )*(?:papers?|references?|citations?|literature|publications?)"
    r"(?: for (?:that|this|it|the rule)| behind (?:it|that)| on (?:that|this))?$|"
    r"where (?:is|does|did) (?:that|this|it|the rule|you)(?: rule)? (?:documented|written(?: "
    r"down)?|described|"
    r"come from|from|get (?:that|it|this)).{0,30}$|"
    r"(?:有|哪篇|什么|有没有)(?:什么)?(?:论文|文献|参考文献|出处|依据文献)|(?:论文|文献|"
    r"出处)(?:呢|在哪|是什么)"
)
_AGAINST = (
    r"(?:that|this|it|you|which)(?:'s|'re| is| are| just| also)? ?(?:a )?contradict|inconsistent "
    r"with what you|"
    r"^(?:i (?:still )?(?:disagree|doubt (?:it|that|this))|i (?:don't|do not|can't) (?:really )?(?:agree|"
    r"think (?:so|that's (?:it|right|true|the (?:cause|reason|problem))|it's that))|"
    r"(?:no |nah |hm+ )?(?:that|it|this)(?:'s| is) not (?:it|the (?:cause|reason|problem|issue))|"
    r"(?:that|this|it) (?:can't|cannot) be (?:right|it|true))(?: "
    r"(?:here|though|at all))?$|"
    r"^(?:但)?我?(?:觉得|认为|看|感觉)?(?:应该)?(?:这)?不(?:是|像)(?:这个|那个|这种|你说的)(?:原因|问题)?$|"
    r"^我不(?:太)?(?:同意|认同|赞成|觉得).{0,8}$|^(?:不对吧|说不通|你(?:说|搞|弄|判断)?错了).{0,4}$|"
    r"(?:前后|自相|互相)矛盾"
)
_ASPECTS = (
    ("check", _CHECK),
    ("noise", _NOISE),
    ("refute", _REFUTE),
    ("source", _SOURCE),
    ("reference", _REFERENCE),
    ("against", _AGAINST),
    ("other", _OTHER),
)
_ASKED = regex("|".join(pattern for _, pattern in _ASPECTS))
_NOT = regex(
    r"(?<![a-z])(?:runs?|seeds?|gradient noise|noise scale|label noise|better|worse|set|"
    r"lower|raise|higher)(?![a-z])|种子|标签噪声|梯度噪声|噪声尺度|两次|哪次|比.{1,8}(?:好|强)"
)


def sure(utterance: Utterance) -> float:
    """A doubt about the verdict that is on the table."""
    if suspected(utterance) is not None:
        return 0.96
    if utterance.hyperparameters or utterance.settings or _NOT.search(utterance.folded):
        return 0.0
    return 0.95 if _ASKED.search(utterance.folded) and len(utterance.folded) < 120 else 0.0


INTENT = Intent(
    name="second_thoughts",
    title=Bilingual(en="weigh what else it could be", zh="考虑还可能是什么"),
    answer=answer,
    parse=parse,
    sure=sure,
)
