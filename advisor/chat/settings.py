"""What a user wants a hyperparameter to become: `lr=3e-4`, `学习率减半`, `increase lr by 20%`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from advisor.advice.rounding import SHARES, WHOLE
from advisor.chat.lexicon import hyperparameters, optimisers
from advisor.chat.spellings import Mention
from advisor.chat.values import Number, epoch_count, epoch_span, numbers
from advisor.patterns import regex
from advisor.text import Bilingual, short_number

Op = Literal["set", "multiply", "divide", "increase", "decrease"]

_HALVE = regex(r"(?<![a-z])(?:halve|half|halved|halving)(?![a-z])|减半|砍半|折半|一半")
_DOUBLE = regex(r"(?<![a-z])(?:double|doubled|doubling|twice)(?![a-z])|翻倍|加倍|翻一番|翻一倍")
_TRIPLE = regex(r"(?<![a-z])(?:triple|tripled|tripling|three times)(?![a-z])")
_QUADRUPLE = regex(r"(?<![a-z])(?:quadrupl(?:e|ed|ing)|four times)(?![a-z])")
_QUARTER = regex(r"(?<![a-z])quarter(?:ed|ing)?(?![a-z])")
_DOWN = regex(
    r"(?<![a-z])(?:lower|reduce|decrease|drop(?!\s?out)|cut|shrink|divide|smaller|less|down)(?![a-z])|"
    r"降|减|调小|缩小|除以|小一?点|调低"
)
_UP = regex(
    r"(?<![a-z])(?:raise|increase|larger|bigger|higher|more|grow|multiply|up)(?![a-z])|升|增|加大|"
    r"调大|扩大|提高|乘以|大一?点|调高"
)
_TARGET = regex(r"(?:(?<![a-z])(?:to|into|as|at)|到|成|为|至|=|:|是)\s*(?:about\s|around\s|大约|约)?\s*$")
_OFF = regex(r"(?<![a-z])(?:without|no|remove|disable|turn off|drop)(?![a-z])|去掉|不用|不要|关掉|去除|取消")
_TIMES = regex(r"\s*(?:x(?![a-z])|times|倍|fold)")
_SMALLER = regex(r"\s*(?:x|times|倍)?\s*(?:smaller|lower|less)")
_OCCASION = regex(
    r"\s*(?:次|遍|下|组|回|runs?(?![a-z])|trials?(?![a-z])|个?百?分?点|(?:points?|pts?|pp)(?![a-z]))"
)
"""What a number counts that is no value of a setting: trainings, or the points that a score moved by."""
_FACTOR_LEAD = regex(r"(?:factor of|[x×*]|除以?|乘以?|divide by|divided by|multiply by|multiplied by)\s*$")


@dataclass(frozen=True, slots=True)
class Setting:
    """One hyperparameter and what it is to become.

    Attributes:
        role: The hyperparameter.
        op: `set` to the value, `multiply` or `divide` by it, or only a direction.
        value: The value or the factor; None for a bare direction.
    """

    role: str
    op: Op
    value: float | str | None

    @property
    def factor(self) -> float | None:
        """What the old value is multiplied by; None where the new one does not depend on it."""
        if not isinstance(self.value, float) or self.op not in ("multiply", "divide"):
            return None
        return self.value if self.op == "multiply" else 1 / self.value

    def after(self, before: float | None) -> float | str | None:
        """The new value; None for a bare direction, and for a factor where the old value is unknown."""
        if self.op == "set":
            return self.value
        if before is None or self.factor is None:
            return None
        after = before * self.factor
        return max(1, round(after)) if self.role in WHOLE else float(f"{after:.6g}")


def settings(text: str, own: Mapping[str, str] | None = None) -> list[Setting]:
    """Every hyperparameter that `text` wants changed, in order, with what it is to become.

    Args:
        text: What was said.
        own: What the open run calls its hyperparameters: role by name, in lower case.
    """
    lowered = text.lower()
    mentions = hyperparameters(lowered, own or {})
    found = [(named.start, Setting("optimizer", "set", named.name)) for named in optimisers(lowered)]
    named = [mention for mention in mentions if mention.name not in ("optimizer", "scheduler")]
    pointed = epoch_span(lowered) or (0, 0)
    every = [
        n
        for n in numbers(lowered)
        if not pointed[0] <= n.start < pointed[1] and not _OCCASION.match(lowered, n.end)
    ]
    for position, mention in enumerate(named):
        start, end = _reach(lowered, named, position)
        setting = _setting(lowered, mention, start, end, every)
        if setting is not None:
            found.append((mention.start, setting))
    length = epoch_count(lowered)
    if length is not None and all(setting.role != "epochs" for _, setting in found):
        found.append((len(lowered), Setting("epochs", "set", float(length))))
    return [setting for _, setting in sorted(found, key=lambda item: item[0])]


def _reach(text: str, mentions: list[Mention], position: int) -> tuple[int, int]:
    """The stretch that speaks of one mention: from the one before it (or a comma) to the one after it."""
    before = mentions[position - 1].end if position else 0
    after = mentions[position + 1].start if position + 1 < len(mentions) else len(text)
    comma = max(text.rfind(mark, before, mentions[position].start) for mark in (",", ";", "，", "；"))
    return max(before, comma + 1), after


def _setting(text: str, mention: Mention, start: int, end: int, every: list[Number]) -> Setting | None:
    stretch = text[start:end]
    behind = [n for n in every if mention.end <= n.start < end]
    value = next(iter(behind), None) or next((n for n in every if start <= n.start < mention.start), None)
    down, up = _DOWN.search(stretch), _UP.search(stretch)
    if value is not None:
        return _with_number(text, mention, value, bool(down), bool(up))
    if _HALVE.search(stretch):
        return Setting(mention.name, "multiply", 0.5)
    if _DOUBLE.search(stretch):
        return Setting(mention.name, "multiply", 2.0)
    if _TRIPLE.search(stretch):
        return Setting(mention.name, "multiply", 3.0)
    if _QUADRUPLE.search(stretch):
        return Setting(mention.name, "multiply", 4.0)
    if _QUARTER.search(stretch):
        return Setting(mention.name, "multiply", 0.25)
    if _OFF.search(stretch):
        return Setting(mention.name, "set", 0.0)
    if down or up:
        return Setting(mention.name, "decrease" if down else "increase", None)
    return None


def _with_number(text: str, mention: Mention, number: Number, down: bool, up: bool) -> Setting:
    lead, tail = text[: number.start], text[number.end :]
    absolute = _TARGET.search(lead) is not None
    word = text[number.start : number.end]
    if word in ("half", "one half") or "一半" in word:
        return Setting(mention.name, "multiply", 0.5)
    times = _TIMES.match(tail) is not None or _FACTOR_LEAD.search(lead) is not None
    if times and number.value > 0:
        shrink = down or "除" in lead or _SMALLER.match(tail) is not None
        return Setting(mention.name, "divide" if shrink else "multiply", number.value)
    if number.percent and (down or up) and not absolute:
        return Setting(mention.name, "multiply", round(1 - number.value if down else 1 + number.value, 12))
    if (
        number.percent
        and absolute
        and down
        and "分之" in word
        and word.startswith(("十分", "二分", "三分", "四分", "五分"))
    ):
        # 降到十分之一 speaks of the old value, 设为千分之一 of the new one.
        return Setting(mention.name, "multiply", number.value)
    return Setting(mention.name, "set", number.value)


_POSITIVE = frozenset({"learning_rate", "min_learning_rate", "gradient_clipping", "epsilon"})
_NOT_NEGATIVE = frozenset({"weight_decay", "l1", "l2", "warmup_steps"})


def impossible(role: str, value: float | str) -> Bilingual | None:
    """Why a hyperparameter cannot take a value; None where it can."""
    if isinstance(value, str):
        return None
    shown = short_number(value)
    if (
        role in WHOLE
        and role != "seed"
        and not (role == "warmup_steps" and value == 0)
        and (value < 1 or value != int(value))
    ):
        return Bilingual(
            en=f"it has to be a whole number of at least 1, not {shown}",
            zh=f"它必须是不小于 1 的整数，不能是 {shown}",
        )
    if role in SHARES and not SHARES[role][0] <= value < 1:
        return Bilingual(
            en=f"it has to be at least {short_number(SHARES[role][0])} and below 1, not {shown}",
            zh=f"它必须不小于 {short_number(SHARES[role][0])} 且小于 1，不能是 {shown}",
        )
    if role in _POSITIVE and value <= 0:
        return Bilingual(en=f"it has to be above 0, not {shown}", zh=f"它必须大于 0，不能是 {shown}")
    if role in _NOT_NEGATIVE and value < 0:
        return Bilingual(en=f"it cannot be negative ({shown})", zh=f"它不能为负（{shown}）")
    return None
