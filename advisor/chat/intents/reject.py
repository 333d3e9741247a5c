"""No, leave it, don't touch the learning rate."""

from advisor.chat.advise import propose
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.journal.told import Word
from advisor.patterns import regex
from advisor.report.parts import change_headline
from advisor.text import Bilingual
from advisor.vocabulary import role_title

NO = regex(
    r"(?:n|no|nope|nah|no thanks|no thank you|not now|don'?t|do not|cancel|never mind|nevermind|"
    r"skip|wait|leave it|"
    r"不|不要|不用|不用了|不行|不了|否|别|算了|先不|先不要|取消|等等|等一下|不好|不同意|先等等)"
)

_LASTING = (
    r"(?:don'?t|do not|never) (?:touch|change|modify)|(?:keep|leave) |"
    r"(?:anything|everything) (?:but|except)|"
    r"(?:别|不要|不能|不许)(?:动|改|碰)|保持.{0,8}不变|除了.{0,8}(?:都|其他)"
)
_CANNOT = regex(
    r"(?:must|has to|have to|needs? to|got to) (?:stay|remain)|"
    r"(?:is|are) (?:off limits|fixed|given)(?![a-z])|"
    r"(?:do not|don't|can't|cannot|can not|won't|would rather not|rather not) (?:want to |wish to |like to )?"
    r"(?:touch|change|use|modify|alter|have|add|lower|raise|increase|reduce)(?![a-z])|"
    r"(?:不想|不能|不让|不许|没法|不可以|不打算|不方便)(?:再)?(?:用|动|改|碰|调|加)|[用动改调加]不了|不让[用动改碰]"
)
"""A setting that the user cannot or will not have changed."""
_QUESTION = r"吗|呢|怎|咋|为啥|^(?:what|why|how|should|can|could)(?![a-z])"
_STAGING = frozenset({"accept", "set_param"})
_FREE = (
    r"^/?free |(?:may|can|allowed to|ok to|fine to) (?:change|touch|tune) .{0,30}again|"
    r"(?:又|重新|现在)?可以(?:改|动|调).{0,8}了"
)


def parse(utterance: Utterance) -> Slots:
    """The hyperparameter that is to stay as it is."""
    return {"hparam": utterance.hyperparameters[0].name} if utterance.hyperparameters else {}


def answer(context: Context, utterance: Utterance) -> Reply:
    """Nothing is changed; a constraint is remembered, and the next proposal offered."""
    role = parse(utterance).get("hparam")
    if isinstance(role, str):
        title = role_title(role).in_(context.language)
        if utterance.has(_FREE):
            return _freed(context, role, title)
        lasting = utterance.has(_LASTING) or _CANNOT.search(utterance.folded) is not None
        lead = _left_alone(context, role, title, lasting=lasting)
    else:
        lead = _taken_back(context) or context.pick("Nothing was changed.", "没有改动任何东西。")
    if context.dialogue.offers:
        return context.say(lead, _kept(context, role if isinstance(role, str) else None, utterance))
    refused = {c.number for c in context.dialogue.proposals[:1] if not role or c.hyperparameter == role}
    others = [change for change in context.open_changes() if change.number not in refused]
    if others:
        return propose(context, others[:1], lead + context.pick(" The next best:", "下一个建议："))
    context.dialogue.proposals = ()
    return context.say(lead)


def _taken_back(context: Context) -> str:
    """What the turn before noted down and a no takes back; empty where it noted nothing."""
    if context.dialogue.before not in _STAGING or not context.dialogue.staged:
        return ""
    edit = context.dialogue.staged.pop()
    return context.pick(f"Taken back: {edit.back.headline}.", f"已撤销：{edit.back.headline}。")


def _left_alone(context: Context, role: str, title: str, *, lasting: bool) -> str:
    """A no to one proposal holds for this conversation; a wish for the project until it is lifted."""
    if not lasting:
        context.dialogue.kept.add(role)
        return context.pick(
            f"Nothing was changed, and I leave the {title} alone.", f"没有改动任何东西；之后不再动{title}。"
        )
    context.take_word(Word(role, "keep"))
    return context.pick(
        f"Nothing was changed, and I leave the {title} alone in this project until you say `free {role}`.",
        f"没有改动任何东西；在这个项目里不再动{title}，直到你输入 `free {role}`。",
    )


def _freed(context: Context, role: str, title: str) -> Reply:
    context.session.free(role)
    context.dialogue.kept.discard(role)
    return context.say(
        context.pick(f"I may propose changes of the {title} again.", f"之后可以再建议修改{title}。")
    )


def _kept(context: Context, role: str | None, utterance: Utterance) -> str:
    """What stays on the table: the offers without the one refused; none where all were refused."""
    dialogue = context.dialogue
    if utterance.has(r"none of|neither|都不|一个都不"):
        dialogue.offers = ()
        more = [c for c in context.open_changes() if c.hyperparameter not in dialogue.kept]
        told = [change_headline(change, context.language) for change in more[:2]]
        told.append(
            context.pick("more or augmented data, or a smaller model", "更多数据、数据增强或更小的模型")
        )
        return context.pick(f"Beside those: {'; '.join(told)}.", f"此外还有：{'；'.join(told)}。")
    dialogue.offers = tuple(o for o in dialogue.offers if all(edit.role != role for edit in o.edits))
    listed = context.pick("; ", "；").join(offer.headline for offer in dialogue.offers)
    return context.pick(f"Still on the table: {listed}.", f"仍可选择：{listed}。") if listed else ""


def sure(utterance: Utterance) -> float:
    """A bare no, all but one setting, one that cannot be changed, or that a setting is free again."""
    spared = utterance.hyperparameters and utterance.has(r"^(?:anything|everything) (?:but|except)(?![a-z])")
    asks = "?" in utterance.text or utterance.has(_QUESTION)
    kept = utterance.hyperparameters and not asks and _CANNOT.search(utterance.folded)
    return 0.95 if NO.fullmatch(utterance.folded) or utterance.has(_FREE) or spared or kept else 0.0


INTENT = Intent(
    name="reject",
    title=Bilingual(en="turn a proposal down", zh="拒绝建议"),
    answer=answer,
    parse=parse,
    sure=sure,
    commands={"no": r"", "reject": r"", "free": r"\S.*"},
)
