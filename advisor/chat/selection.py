"""Which of many open runs a sentence speaks of: by name, by what was found, by a setting or by a score."""

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from advisor.advice.assessment import Assessment
from advisor.advice.rounding import as_number
from advisor.chat import facts
from advisor.chat.lexicon import hyperparameters, metrics
from advisor.chat.run_names import parts_of
from advisor.chat.symptoms import problems_of, symptom_in
from advisor.chat.understand import Utterance
from advisor.diagnosis.finding import Severity
from advisor.diagnosis.problem import Problem
from advisor.patterns import regex
from advisor.report.listing import Entry, entries
from advisor.run import Role
from advisor.text import Bilingual, clean_line, short_number
from advisor.vocabulary import role_title


@dataclass(frozen=True, slots=True)
class One:
    """One open run with its line of the list."""

    entry: Entry
    item: Assessment


@dataclass(frozen=True, slots=True)
class Condition:
    """What runs are picked by.

    Attributes:
        title: The condition in words.
        holds: Whether a run meets it; None where the run does not say.
    """

    title: Bilingual
    holds: Callable[[One], bool | None]


_SIGNS: tuple[tuple[str, str], ...] = (
    (">=", r">=|≥|at least|no less than|不低于|不小于|至少"),
    ("<=", r"<=|≤|at most|no more than|up to|不超过|不大于|至多"),
    (
        ">",
        (
            r">|(?:above|over|more than|greater than|larger than|bigger than|higher than|beyond)"
            r"|大于|超过|高于|多于"
        ),
    ),
    ("<", r"<|(?:below|under|less than|smaller than|lower than|fewer than)|小于|低于|少于|不到"),
    ("=", r"==?|(?:is|was|of|at|equals?|equal to)|等于|是|为"),
)
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq,
}  # fmt: skip
_AFTERWARDS = {"以上": ">=", "以下": "<="}
_BEFORE = {sign: regex(rf"(?:{pattern})\s*(?:an? |the )?(?:value of )?$") for sign, pattern in _SIGNS}
_LACKS = (
    r"(?<![a-z])(?:no|without|lacks?|lacking|missing|(?:do|does)(?: not|n't) (?:have|log)|never logged)"
    r" (?:an? |any |the )?|没有?(?:记录)?|缺少?"
)
_FINE = (
    r"(?<![a-z])(?:healthy|fine|ok|okay|clean|good shape|nothing wrong|no (?:problems?|"
    r"issues?|findings?))(?![a-z])|健康|没问题|没有问题|没毛病|正常的"
)
_ILL = (
    r"(?<![a-z])(?:broken|bad|ill|sick|in trouble|unhealthy|problematic|not (?:ok|okay|fine|healthy)|"
    r"(?:went|go|gone) wrong|(?:a |any )?(?:problems?|issues?|faults?))(?![a-z])|有(?:问题|"
    r"毛病)|坏(?:的|了)|不正常"
)
_ENDED = {
    "failed": r"fail(?:ed|ure|s)?(?![a-z])|crash|(?<![a-z])died(?![a-z])|失败|崩溃|挂了|报错",
    "stopped early": r"stopp(?:ed|ing) early|early[- ]stopp|提前停|早停",
    "cut off": r"cut off|truncated|unfinished|incomplete|截断|没跑完|未完成",
}
_ENDED_ZH = {"failed": "失败", "stopped early": "提前停止", "cut off": "被截断"}
_BLOWN = (Problem.NON_FINITE, Problem.DIVERGED, Problem.EXPLODING_GRADIENTS)
_IMPROVING = (
    r"still (?:improv|fall|drop|learn|going down|getting better)|continue (?:training)"
    r"?|keep training|train(?:ed)? (?:longer|further|on)|resume|还在(?:降|下降|改进|变好)"
    r"|继续训"
)
_LIKE = (
    r"(?<![a-z])(?:those|these|them|that list|of (?:the )?(?:same|above))(?![a-z])|这些|那些|其中|它们|里面"
)
_WORD = regex(r"[a-z0-9][a-z0-9_.\-]*[a-z0-9]|[a-z0-9]")
_PARTS = regex(r"[a-z]+[0-9]*|[0-9]+")
NO_NAMES = frozenset(
    [
        "run",
        "runs",
        "log",
        "logs",
        "the",
        "and",
        "all",
        "only",
        "just",
        "show",
        "list",
        "best",
        "worst",
        "top",
        "last",
        "first",
        "val",
        "valid",
        "validation",
        "test",
        "train",
        "training",
        "loss",
        "acc",
        "accuracy",
        "metric",
        "metrics",
        "model",
        "models",
        "which",
        "what",
        "how",
        "many",
        "with",
        "without",
        "where",
        "that",
        "seed",
        "data",
        "epoch",
        "epochs",
        "step",
        "steps",
        "history",
        "results",
        "csv",
        "json",
        "out",
        "of",
        "by",
        "over",
        "under",
        "above",
        "below",
        "value",
        "one",
        "ones",
        "is",
        "was",
        "are",
        "any",
        "from",
        "for",
        "in",
        "on",
        "at",
        "to",
        "not",
        "no",
        "lr",
        "bs",
        "cell",
        "exp",
        "experiment",
        "version",
        "output",
        "progress",
        "sort",
        "rank",
        "compare",
        "other",
        "average",
        "mean",
        "median",
        "early",
        "stop",
        "stopped",
        "still",
        "more",
        "most",
        "than",
        "less",
        "me",
        "them",
        "those",
        "these",
        "table",
        "common",
    ]
)


def pick(every: Sequence[One], utterance: Utterance) -> tuple[list[One], list[Condition], int]:
    """The runs that meet every condition of a sentence, the conditions, and how many runs do not say."""
    conditions = conditions_in(every, utterance)
    told = [[condition.holds(one) for condition in conditions] for one in every]
    picked = [one for one, held in zip(every, told, strict=True) if all(held)]
    silent = sum(None in held and False not in held for held in told)
    return picked, conditions, silent


def listed(runs: Sequence[Assessment]) -> list[One]:
    """The open runs with their lines of the list, in the order opened."""
    return [One(entry, item) for entry, item in zip(entries(runs), runs, strict=True)]


def is_of_those(utterance: Utterance) -> bool:
    """Whether it speaks of the runs that were picked before."""
    return utterance.has(_LIKE)


def conditions_in(every: Sequence[One], utterance: Utterance) -> list[Condition]:
    """Every condition that a sentence states, in no order that matters."""
    found = [*_compared(utterance), *_named(every, utterance)]
    if lacking := _lacking(utterance):
        return [*found, lacking]
    return [*found, *_ended(utterance), *_found(utterance)]


def _compared(utterance: Utterance) -> list[Condition]:
    """Settings and scores that are held against a number."""
    text = utterance.folded
    mentions = sorted([*hyperparameters(text, utterance.own), *metrics(text)], key=lambda m: m.start)
    settings = {(m.start, m.end) for m in hyperparameters(text, utterance.own)}
    found = []
    for number in utterance.numbers:
        before = [m for m in mentions if m.end <= number.start]
        mention = before[-1] if before else next((m for m in mentions if m.start >= number.end), None)
        if mention is None:
            continue
        sign = _sign(text[: number.start], text[number.end :])
        is_setting = (mention.start, mention.end) in settings
        between = text[mention.end : number.start].strip() if before else "?"
        if sign == "" and not (is_setting and between in ("", ":")):
            continue
        held = _setting if is_setting else _score
        found.append(held(mention.name, sign or "=", number.value, number.percent))
    named = [m.name for m in utterance.optimisers]
    return found + ([_optimiser(named)] if named and not found else [])


def _sign(before: str, after: str) -> str:
    """How a number is compared, by the words right before or after it; empty where nothing says so."""
    behind = next((sign for word, sign in _AFTERWARDS.items() if after.lstrip().startswith(word)), "")
    return behind or next((sign for sign, pattern in _BEFORE.items() if pattern.search(before)), "")


def _setting(role: str, sign: str, wanted: float, percent: bool) -> Condition:
    title = role_title(role)
    shown = f"{sign} {short_number(wanted)}"

    def holds(one: One) -> bool | None:
        known = facts.known(one.item.run, role)
        return None if known is None or known.number is None else _COMPARE[sign](known.number, wanted)

    return Condition(Bilingual(en=f"{title.en} {shown}", zh=f"{title.zh} {shown}"), holds)


def _optimiser(names: Sequence[str]) -> Condition:
    def holds(one: One) -> bool | None:
        known = facts.known(one.item.run, "optimizer")
        return (
            None
            if known is None
            else any(name == re.sub(r"[^a-z0-9]", "", known.value.lower()) for name in names)
        )

    shown = ", ".join(names)
    return Condition(Bilingual(en=f"optimizer {shown}", zh=f"优化器 {shown}"), holds)


def _score(metric: str, sign: str, wanted: float, percent: bool) -> Condition:
    def holds(one: One) -> bool | None:
        best = score(one, metric)
        return None if best is None else _COMPARE[sign](best, wanted)

    shown = f"{metric} {sign} {short_number(wanted)}"
    return Condition(Bilingual(en=f"best {shown}", zh=f"最佳 {shown}"), holds)


def score(one: One, metric: str) -> float | None:
    """The best value of a metric; a share that was logged in percent counts as a share."""
    series = facts.find_series(one.item.run, metric)
    best = None if series is None else facts.best_index(series)
    if series is None or best is None:
        return None
    most = facts.ceiling(series)
    return float(series.y[best]) / (most if most == 100 else 1.0)


def _named(every: Sequence[One], utterance: Utterance) -> list[Condition]:
    """Words that are parts of the names of some runs and not of others."""
    parts = [set(_PARTS.findall(one.entry.name.lower())) | parts_of(one.entry.name) for one in every]
    words = []
    for word in dict.fromkeys(_WORD.findall(utterance.folded)):
        plain = word.removesuffix("s") if not any(word in p for p in parts) else word
        ordinary = plain in NO_NAMES or plain.isdecimal() or metrics(plain) or hyperparameters(plain)
        if not ordinary and 0 < sum(plain in p for p in parts) < len(every):
            words.append(plain)
    if not words:
        return []
    shown = ", ".join(words)
    meant = {id(one.item) for one, p in zip(every, parts, strict=True) if any(word in p for word in words)}
    return [Condition(Bilingual(en=f"'{shown}'", zh=f"“{shown}”"), lambda one: id(one.item) in meant)]


def _lacking(utterance: Utterance) -> Condition | None:
    """A curve or a setting that is missing."""
    match = re.search(_LACKS, utterance.folded)
    if match is None:
        return None
    metric = next((m for m in utterance.metrics if m.start >= match.start()), None)
    role = next((m for m in utterance.hyperparameters if m.start >= match.start()), None)
    if metric is not None:
        name = metric.name
        return Condition(
            Bilingual(en=f"without {name}", zh=f"没有 {name}"),
            lambda one: facts.find_series(one.item.run, name) is None,
        )
    if role is not None:
        title = role_title(role.name)
        return Condition(
            Bilingual(en=f"the {title.en} not known", zh=f"不知道{title.zh}"),
            lambda one: facts.known(one.item.run, role.name) is None,
        )
    return None


def _ended(utterance: Utterance) -> list[Condition]:
    return [
        Condition(
            Bilingual(en=f"ended: {ending}", zh=f"结束方式：{_ENDED_ZH[ending]}"), partial(_ended_so, ending)
        )
        for ending, pattern in _ENDED.items()
        if utterance.has(pattern)
    ]


def _ended_so(ending: str, one: One) -> bool:
    return one.entry.ending.en == ending


def _found(utterance: Utterance) -> list[Condition]:
    """What was found in a run, or that nothing was."""
    if utterance.has(_FINE):
        return [Condition(Bilingual(en="nothing wrong found", zh="没有发现问题"), _is_fine)]
    if utterance.has(_ILL) and not symptom_in(utterance):
        return [Condition(Bilingual(en="something wrong found", zh="发现了问题"), _is_ill)]
    if utterance.has(_IMPROVING):
        title = Bilingual(en="still improving at the end", zh="结束时仍在改进")
        return [Condition(title, partial(_has, (Problem.STILL_IMPROVING,)))]
    symptom = symptom_in(utterance)
    if symptom == "nan":
        return [Condition(Bilingual(en="diverged or not finite", zh="发散或出现非有限值"), _blew_up)]
    if not symptom:
        return []
    problems = problems_of(utterance, symptom)
    from advisor.chat.symptoms import SYMPTOMS

    named = SYMPTOMS[symptom].title
    return [Condition(Bilingual(en=f"found: {named.en}", zh=f"发现：{named.zh}"), partial(_has, problems))]


def _has(problems: Sequence[str], one: One) -> bool:
    return any(finding.problem.value in problems for finding in one.item.findings)


def _is_fine(one: One) -> bool:
    return facts.clean_bill(one.item) is not None


def _is_ill(one: One) -> bool:
    return any(finding.severity > Severity.INFO for finding in one.item.findings)


def _blew_up(one: One) -> bool:
    return one.entry.ending.en == "diverged" or _has(_BLOWN, one)


def has_validation(one: One) -> bool:
    """Whether a run has a curve of data that it was not trained on."""
    return any(one.item.run.main(role) is not None for role in (Role.VAL_LOSS, Role.VAL_METRIC))


def setting_value(one: One, role: str) -> str:
    """A setting's value as shown in a table; a dash where it is not known."""
    known = facts.known(one.item.run, role)
    return "-" if known is None else clean_line(known.value, 24)


def numeric(value: str) -> tuple[bool, float, str]:
    """A key that sorts numbers by size and other values behind them by name."""
    number = as_number(value)
    return (number is None, number or 0.0, value)
