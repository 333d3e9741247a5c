"""The user says which curve is which: `val loss is eval/ce`, `验证损失是 eval/ce`, `quality 越高越好`."""

import re

from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.errors import UsageError
from advisor.patterns import regex
from advisor.run import Role
from advisor.text import Bilingual, clean_line
from advisor.vocabulary.corrections import Correction, check_curve, find_curve
from advisor.vocabulary.curve_titles import CURVE_TITLES

_NAME = r"[`'\"“‘]?(?P<name>[^\s`'\"“”‘’，。,;；]+)[`'\"”’]?"
_ROLE = (
    r"(?P<role>(?:train(?:ing)?|val(?:id(?:ation)?)?|eval(?:uation)?) (?:loss|metric|accuracy|score)|"
    r"(?:训练|验证)(?:集)?的?(?:损失|指标|准确率))"
)
_THE = r"(?:the |my |our )?"
_SAYS_ROLE = tuple(
    regex(pattern, re.IGNORECASE)
    for pattern in (
        rf"^{_THE}{_ROLE} ?(?:is|=|means|should be|is called|是|叫|就是|用的是) ?{_NAME}$",
        rf"^(?:use|take|treat|read|count) {_NAME} (?:as|for) {_THE}{_ROLE}$",
        rf"^{_NAME} (?:is|means) {_THE}{_ROLE}$",
        rf"^(?:请)?(?:把|将|用) ?{_NAME} ?(?:当作|当成|作为|看作|看成|视为|做) ?{_ROLE}$",
        rf"^{_NAME} ?(?:是|就是|才是) ?{_ROLE}$",
    )
)
_SAYS_DIRECTION = tuple(
    regex(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?P<way>higher|lower|bigger|smaller) is better (?:for|in|with) {_NAME}$",
        rf"^(?:for )?{_NAME}[:,]? ?(?P<way>higher|lower|bigger|smaller) is better$",
        rf"^{_NAME}[:：]? ?(?:是)?越(?P<way>高|大|低|小)越好(?:的)?$",
    )
)
_FORGETS = regex(
    rf"^(?:forget|take back) what i said (?:about|of) {_NAME}$|^忘掉我说的(?:关于)? ?(?P<zh>\S+)$",
    re.IGNORECASE,
)
_OF_A_SET = ("train", "val", "eval", "训练", "验证")
_LOWER = frozenset({"lower", "smaller", "低", "小"})
# A plain word behind 'is' may as well say how the loss goes (`val loss is rising`).
_LOOKS_LIKE_A_CURVE = regex(r"[A-Za-z\u4e00-\u9fff].*[/_.\-@\d]|[/_.\-@\d].*[A-Za-z\u4e00-\u9fff]")
_CERTAIN_WORDING = regex(
    r"^(?:use|take|treat|read|count) |当作|当成|作为|看作|看成|视为|做|`|'|\"|“", re.IGNORECASE
)
_REMARKS = regex(
    r"^(?:(?:fyi|btw|by the way|note that|ok|so|and|actually|也|对了|顺便说|补充一下)[ ,，:：]+)+|"
    r"[ ,，]+(?:just )?(?:so you know|fyi|btw|by the way|for the record|ok|okay|right|thanks|actually)$",
    re.IGNORECASE,
)


def _said(utterance: Utterance) -> tuple[str, Correction | None] | None:
    """The curve and what is said of it, None for 'forget it'; None where the utterance says no such thing."""
    text = _REMARKS.sub("", utterance.text).strip(" .。!！,，")
    # A search in the text is free, a pattern is not before it was used once.
    spoken_of = utterance.text.lower()
    forgets = _FORGETS.match(text)
    if forgets:
        return forgets["name"] or forgets["zh"], None
    for pattern in _SAYS_DIRECTION if "better" in spoken_of or "越" in spoken_of else ():
        match = pattern.match(text)
        if match:
            lower = match["way"].lower() in _LOWER
            return match["name"], Correction(match["name"], lower_is_better=lower)
    for pattern in _SAYS_ROLE if any(word in spoken_of for word in _OF_A_SET) else ():
        match = pattern.match(text)
        if match and (_LOOKS_LIKE_A_CURVE.search(match["name"]) or _CERTAIN_WORDING.search(text)):
            return match["name"], Correction(match["name"], role=_role(match["role"].lower()))
    return None


def _role(words: str) -> Role:
    training = words.startswith(("train", "训练"))
    if "loss" in words or "损失" in words:
        return Role.TRAIN_LOSS if training else Role.VAL_LOSS
    return Role.TRAIN_METRIC if training else Role.VAL_METRIC


def parse(utterance: Utterance) -> Slots:
    """The curve, and the role or the direction that it has."""
    said = _said(utterance)
    if said is None:
        return {}
    name, told = said
    if told is None:
        return {"name": name, "forget": 1}
    if told.role is not None:
        return {"name": name, "role": told.role.value}
    return {"name": name, "better": "lower" if told.lower_is_better else "higher"}


def answer(context: Context, utterance: Utterance) -> Reply:
    """Takes the user's word, says what it changed, and that it is remembered."""
    said = _said(utterance)
    if context.session.remembered() is None:
        return context.no_run()
    if said is None:
        return context.say(
            context.pick(
                "Say it as 'val loss is NAME', 'train loss is NAME' or 'higher is better for NAME'.",
                "可以这样说：“验证损失是 名称”“训练损失是 名称”“名称 越高越好”。",
            )
        )
    name, told = said
    try:
        if told is None:
            context.session.forget_correction(name)
            return context.say(_taken_back(context, name))
        runs = [item.run for item in context.session.assessments]
        check_curve(name, runs)
    except UsageError as error:
        return context.say(error.in_(context.language))
    context.session.correct([told])
    return context.say(_confirmed(context, told))


def _taken_back(context: Context, name: str) -> str:
    shown = clean_line(name, 60)
    return context.pick(
        f"Taken back: '{shown}' is again what its name says.", f"已撤回：'{shown}' 重新按名称判断。"
    )


def _confirmed(context: Context, told: Correction) -> str:
    current = context.current
    names = [series.name for series in current.run] if current is not None else []
    shown = clean_line(find_curve(told.name, names) or told.name, 60)
    if told.role is not None:
        title = CURVE_TITLES[told.role].in_(context.language)
        what = context.pick(f"'{shown}' is the {title}", f"'{shown}' 是{title}")
    else:
        lower = told.lower_is_better
        what = context.pick(
            f"for '{shown}' {'lower' if lower else 'higher'} is better",
            f"'{shown}' 越{'低' if lower else '高'}越好",
        )
    count = 0 if current is None else sum(f.problem.value != "healthy" for f in current.findings)
    return context.pick(
        f"Noted, on your word: {what}. The run was judged anew: {count} finding{'s' * (count != 1)}. "
        "It is remembered for this project.",
        f"按你说的：{what}。已重新诊断：{count} 个发现。本项目会记住这一点。",
    )


def sure(utterance: Utterance) -> float:
    """An exact wording: a role or a direction, and the name of a curve."""
    asked = "?" in utterance.text or utterance.has(
        r"吗$|呢$|哪|什么|^(?:what|which|is|should|why|how|do|does) "
    )
    return 0.97 if not asked and _said(utterance) is not None else 0.0


INTENT = Intent(
    name="correct_role",
    title=Bilingual(en="say which curve is which", zh="指定哪条曲线是什么"),
    answer=answer,
    parse=parse,
    sure=sure,
)
