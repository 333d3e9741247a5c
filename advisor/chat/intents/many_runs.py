"""Questions about all open runs at once: which, how many, the best five, by what setting, what in common."""

from collections.abc import Callable, Sequence

from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.ranking import SOME, averaged, by_metric, by_time, count_in, grouped
from advisor.chat.reply import Block, Reply
from advisor.chat.run_tables import alike_runs, in_common, listing, tabled, would_gain
from advisor.chat.selection import NO_NAMES, One, is_of_those, listed, pick
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.text import Bilingual, clean_line

_RUNS = r"(?:runs?|ones|trainings?|experiments?|models?|logs|trials?)"
_ORDER = r"(?<![a-z])(?:sort|rank|order)(?:ed|ing)?(?![a-z])|排序|排名|排个|排一下|从(?:高到低|低到高|好到差)"
_EXTREME = (
    r"(?<![a-z])(?:lowest|smallest|least|minimum|min|highest|largest|greatest|maximum|"
    r"max|best|worst)(?![a-z])|"
    r"最(?:低|小|高|大|好|差)"
)
_LONGEST = (
    r"(?:ran|took|trained|lasted|train|run|was) (?:the )?(?:longest|shortest)|longest|"
    r"shortest|fastest|slowest|(?:跑|训练?)(?:得|了)?最(?:久|长|快|慢|短)|最(?:慢|快|"
    r"久)"
)
_MEAN = r"(?<![a-z])(?:average|mean|median)(?![a-z])|平均|中位"
_GROUP = (
    r"group(?:ed)?(?: [a-z]+){0,3} by(?![a-z])|"
    r"per (?:optimi[sz]er|learning rate|batch "
    r"size)|按.{1,10}分组|分组|"
    r"which (?:learning rate|lr|batch size|optimi[sz]er|dropout|weight decay|setting)"
    r"s? (?:work|did|gave|perform|is|was|were|came).{0,40}|哪个?(?:学习率|批大小|优化器|"
    r"batch size|lr)(?:的)?(?:效果)?(?:最好|更好)"
)
_COMMON = (
    r"(?:most|all|many) of (?:them|these|the runs) (?:suffer|have in common|share|struggle)|"
    r"(?:most )?(?:common|frequent|typical|usual|widespread)(?:est)? .{0,20}(?:problems?|"
    r"issues?|findings?|faults?|mistakes?)|(?:problems?|issues?|findings?) (?:do|did)"
    r" (?:they|the runs|these) (?:share|have in common)|(?:共同|常见|普遍|最多)的?(?:问题|"
    r"毛病)"
)
_ALIKE = (
    r"(?:two|any) identical|identical ones|"
    r"duplicates?|identical (?:runs|logs)|(?:same|identical) (?:run|log) twice|重复的?(?:run|"
    r"训练|实验|日志)|有没有重复"
)
_TABLE = r"tabulate|(?:show|give|make|print|as|in|into) .{0,14}(?<![a-z])table(?![a-z])|列个?表|做个?表|表格"
_WOULD = (
    r"(?:benefit|profit|gain|improve|help).{0,16}(?:from|with|by) |(?:哪些|哪个|哪几个)"
    r".{0,10}(?:适合|应该|该|需要)"
)


def parse(utterance: Utterance) -> Slots:
    """What is asked of the runs, the metric, and how many of them."""
    slots: dict[str, SlotValue] = {"op": _operation(utterance)}
    if utterance.metrics:
        slots["metric"] = utterance.metrics[0].name
    if utterance.hyperparameters:
        slots["hparam"] = utterance.hyperparameters[0].name
    if (count := count_in(utterance)) is not None:
        slots["count"] = count
    return slots


def _operation(utterance: Utterance) -> str:
    for operation, pattern in (
        ("alike", _ALIKE),
        ("common", _COMMON),
        ("table", _TABLE),
        ("group", _GROUP),
        ("mean", _MEAN),
        ("longest", _LONGEST),
        ("would", _WOULD),
        ("rank", f"{_ORDER}|{_EXTREME}"),
    ):
        if utterance.has(pattern):
            return operation
    return "rank" if SOME.search(utterance.folded) else "list"


def answer(context: Context, utterance: Utterance) -> Reply:
    """The runs that are meant, then what is asked of them; what is asked of one run is said of the one."""
    every = listed(context.session.assessments)
    if not every:
        return context.no_run()
    before = [one for one in every if one.item in context.dialogue.picked]
    base = before if before and is_of_those(utterance) else every
    asked = parse(utterance)
    operation = str(asked["op"])
    if operation == "would":
        return would_gain(context, base, utterance)
    picked, conditions, silent = pick(base, utterance)
    if not conditions and (unknown := _unknown_kind(utterance)):
        return context.say(_no_such(context, len(every), unknown))
    if operation == "group" or not conditions:
        picked = base
    said = context.pick("; ", "；").join(c.title.in_(context.language) for c in conditions)
    context.dialogue.picked = tuple(one.item for one in picked)
    about = context.pick(f" ({said})", f"（{said}）") if said and operation != "group" else ""
    if not picked:
        return context.say(_none(context, len(base), about), _silent(context, silent))
    told = _OPERATIONS[operation](context, picked, utterance, about, len(base))
    return context.say(*told, _silent(context, silent))


def _none(context: Context, of: int, about: str) -> str:
    if of == 1:
        return context.pick(f"The one run that is open: no{about}.", f"打开的只有一个训练：不是{about}。")
    return context.pick(f"Not one of {of} runs{about}.", f"{of} 个训练里一个也没有{about}。")


_ONLY = regex(
    r"(?:please |now |and |ok )*(?:show|list|keep|give)?(?: me)? ?(?:just |only )(?:the "
    r")?([a-z0-9_.-]+) (?:runs|ones)|"
    r"(?:只看|只列|只显示)(.{1,12}?)(?:的|那些)?(?:训练|实验)?(?:的)?"
)


def _unknown_kind(utterance: Utterance) -> str:
    """The word by which alone runs were to be picked, where it is none of an order; else empty."""
    match = _ONLY.fullmatch(utterance.folded)
    word = "" if match is None else clean_line((match[1] or match[2]).strip(), 40)
    return "" if word in NO_NAMES or word.isdecimal() or utterance.ordinals else word


def _no_such(context: Context, n: int, word: str) -> str:
    return context.pick(
        (
            f"I cannot tell '{word}' by a name, a setting or a finding of the {n} open runs. "
            f"`runs` lists them all."
        ),
        f"打开的 {n} 个训练里，从名称、设置和发现都看不出“{word}”。输入 `runs` 列出全部。",
    )


def _silent(context: Context, silent: int) -> str:
    if not silent:
        return ""
    do = "do" if silent > 1 else "does"
    return context.pick(
        f"{silent} more {do} not say, so I left them out.", f"另有 {silent} 个没有说明，没有计入。"
    )


_OPERATIONS: dict[str, Callable[[Context, Sequence[One], Utterance, str, int], list[Block | str]]] = {
    "list": listing,
    "rank": by_metric,
    "mean": averaged,
    "longest": by_time,
    "group": grouped,
    "common": in_common,
    "alike": alike_runs,
    "table": tabled,
}

_ASKED = (
    (
        r"(?:name|show|give|list|tell)(?: me)? the (?:[0-9]{1,3}|two|three|four|five|ten)"
        r" (?:runs )?(?:with|that have) the "
    ),
    (
        r"(?:filter|limit|restrict|narrow)(?: it| them| the list)? (?:down )?to (?:the )?(?:runs?|"
        r"ones|those|experiments?)"
    ),
    r"(?:are|is|any) (?:there )?(?:any |two )?(?:identical|equal|duplicate) (?:ones|runs|logs|experiments)",
    r"(?:most|all|many) of (?:them|these|the runs) (?:suffer|have in common|share|struggle)",
    r"(?<![a-z])tabulate(?![a-z])|overview of (?:everything|all|them|the runs|what is (?:open|loaded))",
    r"which (?:learning rate|lr|batch size|optimi[sz]er|dropout|weight decay)s? (?:gave|"
    r"had|came|led|brought|worked|did|"
    r"performed|reached).{0,30}(?:best|better|lowest|highest)",
    # Which runs, how many of them.
    (
        rf"^(?:and |so |ok |but )*(?:which|what)(?: of (?:the|my|these|those|all)(?: my)?)"
        rf"? (?:other )?{_RUNS}(?![a-z])(?! would (?:settle|show|tell|prove))(?! (?:is|are|"
        rf"was) (?:this|that|it|open|loaded|current|there|"
        rf"here|available))(?! (?:do|can) (?:i|you))(?! (?:are|were) (?:we|you))(?!(?: is|"
        rf" was| are| were| did| does| performed| came out)?(?: the| out)? (?:best|better|"
        rf"worst|worse|winner|winning|won|on top|first|ahead)(?![a-z])(?! (?:val|train|loss|acc|[0-9])))"
    ),
    (
        rf"(?<![a-z])how many (?:of (?:the|my|these|those|them|all)(?: |$))?(?:{_RUNS}(?![a-z])"
        rf"|left|remain|(?:are|were|did|have|had|got|of them) )(?!.{{0,20}}(?:should|(?:do|"
        rf"did|have) (?:i|we) "
        rf"need|would|epoch|step|sample|layer|unit|param))"
    ),
    r"^how many(?: of (?:them|those|these))?(?: are| were)?(?: left| remain(?:ing)?| diverged| overfit\w*)?$",
    (
        rf"(?:^|(?:show|list|give|get|find|filter|keep|only|just|all|the|any|me|those|these)"
        rf" ){_RUNS} (?:with|where|whose|that|which|having|without|above|below|over|under|"
        rf"by)(?![a-z])"
    ),
    (
        r"(?:show|list|keep|give|only|just|all) (?:me )?(?:only )?(?:the )?(?:[a-z0-9_.-]+ "
        r"){1,2}(?:runs|ones)$"
    ),
    rf"^(?:{_RUNS}) (?:with|where|whose|that|without|having)(?![a-z])",
    (
        r"^(?:and |then |please |can you |now )*(?:list|show)(?: me)? (?:them|them all|all|"
        r"everything|all of them|all the runs|all open runs)$"
    ),
    (
        r"^(?:and |so |ok )*(?:which|what|how many)(?: ones)? of (?:these|those|them|my runs|"
        r"the runs|all)(?: runs)?"
        r" (?:are|is|were|have|has|look|went|got|did)(?![a-z])"
    ),
    # Orders, ends, means, groups.
    (
        rf"(?<![a-z])(?:top|best|worst|bottom) (?:[0-9]{{1,3}}|two|three|four|five|ten)(?: "
        rf"{_RUNS})?(?: (?:by|in terms of|on|for|with|of|are|were)(?![a-z])|$)"
    ),
    (
        rf"(?<![a-z])(?:sort|rank|order)(?:ed)? (?:them |those |these |all |everything |all "
        rf"of them |(?:all )?(?:the |my )?{_RUNS} |caffe )*(?:by|on|according)(?![a-z])"
    ),
    r"(?<![a-z])group(?:ed)? (?:them |the runs |runs |those |all )?by(?![a-z])",
    (
        r"(?:average|mean|median) .{2,40}(?:across|over|of|for) (?:all |the |my |all the "
        r"|those |these )*(?:[a-z0-9_-]+ )?(?:runs|ones|trainings|experiments)|(?<![a-z])median(?![a-z])"
    ),
    (
        r"(?:across|over|among|between|from) (?:all |the |my |all the |those |these )*(?:[a-z0-9_-]+ "
        r")?(?:runs|trainings|experiments)(?![a-z])"
    ),
    _COMMON + r".{0,12}(?:runs?|them|these|here|across|训练|实验|$)",
    rf"^(?:any |are there (?:any )?|有没有)?(?:{_ALIKE})",
    r"(?:show|give|make|print|put|list).{0,20}(?<![a-z])table(?![a-z])",
    # Chinese.
    (
        r"(?:哪些|哪几个|哪几次|有哪个) ?(?:runs?|训练|实验|日志|模型|次)?(?:是|都|也|已经|"
        r"没有|没|用了?|里|的)?.{0,10}(?:过拟合|欠拟合|发散|爆|nan|崩|失败|挂|健康|正常|震荡|"
        r"抖|早停|没有验证|没收敛|不收敛|超过|大于|小于|低于|高于|还在|没跑完|尖峰)"
    ),
    r"(?:有)?(?:几|多少) ?个? ?(?:runs?|训练|实验|日志)(?:[^里中]|$)",
    r"按.{1,14}(?:排序|排名|排个序|排一下|排列|分组)",
    r"(?:前|最好的|最差的) ?(?:[0-9]{1,3}|[一两三五十]) ?(?:个|名|次)? ?(?:runs?|训练|实验|是|有|$)",
    r"(?:只看|只列|只显示|筛选|过滤|挑出).{1,24}(?:的|那些|的训练|的实验|的 ?runs?)$",
    r"哪个 ?(?:run|训练|实验|日志)(?:的)?.{0,14}最(?:低|高|小|大|长|久|快|慢)",
    r"(?:所有|这些|全部|各个?) ?(?:runs?|训练|实验)(?:的|里|中|之间).{0,16}(?:平均|中位|常见|共同|最)",
)
_ASKED_FOR = regex("|".join(f"(?:{pattern})" for pattern in _ASKED))
_CLOSED = regex(
    r"(?:ok |now |and |please )*(?:close|forget|unload|drop|remove|compare|overlay|plot|"
    r"draw|export|save|write) "
)
_OF_EPOCHS = regex(r"(?:top|best|worst|last|first) [0-9]+ (?:epochs?|steps?|points?|values?)|confusion table")


def sure(utterance: Utterance) -> float:
    """What can only be asked of several runs."""
    if _OF_EPOCHS.search(utterance.folded) or _CLOSED.match(utterance.folded):
        return 0.0
    return 0.95 if _ASKED_FOR.search(utterance.folded) else 0.0


INTENT = Intent(
    name="many_runs",
    title=Bilingual(en="pick, rank or count the open runs", zh="筛选、排名或统计打开的训练"),
    answer=answer,
    parse=parse,
    sure=sure,
)
