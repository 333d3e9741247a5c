"""A turn that points back (`halve it`, `and the best one?`, `why can't you?`): what it means in full."""

from advisor.advice.assessment import Assessment
from advisor.chat.context import Context
from advisor.chat.intents.accept import YES
from advisor.chat.understand import Utterance, understand
from advisor.patterns import regex
from advisor.vocabulary import role_title

_OPENING = (
    r"(?:(?:and|so|ok|okay|but|then|just|now|maybe|what if|if|should|can|could|shall|"
    r"let's|let us|we|i|i'll|to) )*"
)
_CHANGE_IT = regex(
    rf"({_OPENING}(?:halve|half|double|triple|quadruple|quarter|lower|raise|increase|decrease|"
    rf"reduce|bump|cut) )"
    r"(?:it|that|this)((?: (?:up|down|in half|to|by|a bit|a little|further|more|again|then|instead|times|"
    r"[0-9.e-]+x?|half|[0-9]+ ?%))*)"
)
_CHANGE_IT_ZH = regex(
    r"(?:那|就|我|能|能不能|可以|要不要|是不是|把它|把这个|再|给它|直接|如果|要是)*"
    r"((?:减半|翻倍|加倍|砍半|(?:调|改|加|减)(?:大|小|高|低|半)|降低|提高|升高)"
    r"(?:一倍|[0-9.]+ ?倍)?)(?:一点|一些|点|一下|了)?(?:行吗|行不行|可以吗|呢|会怎么?样|"
    r"怎么样|如何|吗|好吗|吧)?"
)
_THE_END_OF_IT = regex(
    r"(?:and |so |ok |what about |how about |what was |what is |what's |which was )*(?:the |its )?"
    r"(best|last|first|final|lowest|highest|worst|minimum|maximum|min|max)(?: (?:one|"
    r"value|point))?(?: then)?|"
    r"(?:那|那么)?(最好|最佳|最后|最低|最高|最差)(?:的)?(?:一个|值|那个|一次)?(?:是多少|是几)?呢?"
)
_USE_IT = regex(
    r"(?:and |so |ok |but )*(?:could|should|can|may|would|do|shall) (?:i|we|you) (?:also |even |just )?"
    r"(?:use|try|add|need|want|do|apply|have|be using) (?:it|that|this|one|some)(?: here|"
    r" in my run| too| now| then)*|"
    r"(?:and |so |ok |but )*(?:would|will|could|does|can) (?:it|that|this) (?:even |really )?"
    r"(?:help|work|be (?:good|useful|worth it))(?: me)?(?: here| in this run| for (?:me|this run))?|"
    r"(?:and |so |is (?:it|that) )*worth (?:trying|using|it)(?: it)?(?: here)?|"
    r"(?:那)?(?:我)?(?:这里|这次)?(?:能不能|要不要|可以|应该|需要|能|该)用(?:它|这个|上|一下)?(?:吗|么|呢)?|"
    r"(?:那)?(?:它|这个)?(?:对我|在?这里|这次)(?:有用|有帮助|管用)(?:吗|么)"
)
_WHY_NOT = regex(
    r"(?:and |so |but |ok |hm+ )*(?:why (?:not|can'?t you|can not you|couldn'?t you|won'?t you|didn'?t you|"
    r"is that|can you not)(?: (?:do|write|apply|change|run|make) (?:it|that|this))?|what(?:'s|"
    r" is) (?:stopping|missing)"
    r"(?: you)?|what do you need(?: for that)?|(?:give|show|tell) me the command(?: then)?)|"
    r"(?:那)?(?:为什么|为啥|怎么)(?:不行|不能|不可以|写不了|做不到|改不了|不能改)(?:呢)"
    r"?|(?:那)?还?缺什么|(?:那)?把命令给我"
)
_TRIED = frozenset({"accept", "set_param", "rerun", "run_probe", "undo", "stop_run"})
"""Intents whose answer may be that it cannot be done, and what is missing."""


_PLACE_OF_RUN = regex(
    r"(?<![a-z])(?:first|second|third|fourth|fifth|last) (?:one|run|of (?:them|those))(?![a-z])|"
    r"第[一二三四五1-5]个|最后一个"
)
_OF_THAT_RUN = regex(
    r"(?<![a-z])(?:its|that (?:one|run)|(?:of|with|for|about) it|why is it)(?![a-z])|"
    r"它的|(?:这|那)个(?:训练|run)|为什么它"
)


def pointed_run(context: Context, utterance: Utterance) -> Assessment | None:
    """The run that a list or a ranking of many has just named, where it is meant; None where none is."""
    dialogue = context.dialogue
    places = utterance.ordinals if _PLACE_OF_RUN.search(utterance.folded) else []
    if len(places) == 1 and dialogue.before == "many_runs" and dialogue.picked:
        place = places[0] if places[0] < 0 else places[0] - 1
        return dialogue.picked[place] if place < len(dialogue.picked) else None
    return dialogue.pointed if _OF_THAT_RUN.search(utterance.folded) else None


def in_full(context: Context, utterance: Utterance) -> Utterance:
    """The utterance with what it points back to in its place; itself where it points nowhere.

    Args:
        context: The turn: what was asked before, the curve last told, the change on the table.
        utterance: What was typed.
    """
    dialogue, folded = context.dialogue, utterance.folded
    if not dialogue.before or utterance.hyperparameters or utterance.slash:
        return utterance
    again = dialogue.before in _TRIED and not YES.fullmatch(dialogue.asked_before.lower())
    if again and _WHY_NOT.fullmatch(folded):
        return understand(dialogue.asked_before, utterance.own)
    said = _of_the_setting(context, utterance) or _of_the_curve(context, folded)
    return understand(said, utterance.own) if said else utterance


def _of_the_setting(context: Context, utterance: Utterance) -> str:
    """`halve it` and `could I use it here`, with the setting's name; empty for anything else."""
    folded = utterance.folded
    if context.dialogue.before == "explain_concept" and _USE_IT.fullmatch(folded):
        role = _spoken_of(context)
        return role and context.pick(
            f"would {_name(context, role)} help here", f"{_name(context, role)}有用吗"
        )
    if (changed := _CHANGE_IT.fullmatch(folded)) is not None and (role := _meant(context)):
        # With a question mark it is only thought of; nothing is to be written for it.
        asked = (
            "what if i " if utterance.text.rstrip().endswith("?") and "if" not in changed[1].split() else ""
        )
        return f"{asked}{changed[1]}the {role_title(role).en}{changed[2]}"
    if (changed := _CHANGE_IT_ZH.fullmatch(folded)) is not None and (role := _meant(context)):
        asked = "如果" if utterance.text.rstrip().endswith(("?", "？", "吗", "呢", "样")) else ""
        return f"{asked}{role_title(role).zh}{changed[1]}" + ("会怎样" if asked else "")
    return ""


def _name(context: Context, role: str) -> str:
    return role_title(role).in_(context.language)


def _spoken_of(context: Context) -> str:
    """The one setting that the turn before spoke of; empty where it spoke of none or several."""
    named = {mention.name for mention in understand(context.dialogue.asked_before).hyperparameters}
    return named.pop() if len(named) == 1 else ""


def _meant(context: Context) -> str:
    """What 'it' is: the setting of the turn before, else that of the change on the table."""
    if role := _spoken_of(context):
        return role
    change = next(iter(context.dialogue.proposals), None)
    return "" if change is None or change.hyperparameter is None else change.hyperparameter


def _of_the_curve(context: Context, folded: str) -> str:
    """`and the best one?`, with the curve that was told last; empty for anything else."""
    dialogue = context.dialogue
    if dialogue.before != "query_value" or dialogue.value is None:
        return ""
    match = _THE_END_OF_IT.fullmatch(folded)
    if match is None:
        return ""
    curve = dialogue.value[0]
    return f"what was the {match[1]} {curve}" if match[1] else f"{curve} {match[2]}是多少"
