"""Did it help? Which run is better, and what differs."""

from collections.abc import Sequence

from advisor.advice.assessment import Assessment
from advisor.chat import facts
from advisor.chat.comparing import among, best_of, difference_sentence, names_of
from advisor.chat.context import Context
from advisor.chat.going_on import BY_HOW_MUCH
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.text import Bilingual

_RUN = regex(
    r"(?<![A-Za-z0-9_/.])((?:run|exp|trial)[_-]?[A-Za-z0-9]*[0-9_][A-Za-z0-9_]*|baseline)(?![A-Za-z0-9_/.])"
)

_NOT_NAMES = regex(
    r"(?<!\S)(?:all|both|every|my|our|runs|the|them|these|this|those|trainings|two|three|four)(?!\S)"
)
"""With one of these, what follows `compare` is a sentence and no list of names."""

_WINNER = (
    r"(?:which|who) .{0,20}(?:w[io]ns?|winner|better|ahead|on top)(?![a-z])|(?:谁|哪[个次]).{0,8}(?:赢|胜)"
    rf"|^{BY_HOW_MUCH}$"
)
_WORST = r"(?<![a-z])(?:worst|weakest|poorest)(?![a-z])|最差|最糟|垫底"


def parse(utterance: Utterance) -> Slots:
    """The runs, what of them is asked, and the metric."""
    slots: dict[str, SlotValue] = {"aspect": _aspect(utterance)}
    word, rest = utterance.first_word
    # A command written with its slash looks like a path.
    named = [path for path in utterance.paths if path != "/compare"] or _RUN.findall(utterance.text)
    if word == "compare" and not named and rest:
        parts = rest.split()
        if len(parts) <= 3 and not _NOT_NAMES.search(rest):
            named = [part for part in parts if part not in ("and", "with", "vs", "to")]
    if named:
        slots["runs"] = list(dict.fromkeys(named))
    if utterance.metrics:
        slots["metric"] = utterance.metrics[0].name
    return slots


def _aspect(utterance: Utterance) -> str:
    for aspect, pattern in (
        ("seed_noise", r"seed|种子|随机性"),
        ("rank", r"rank|排序|排名|排个|" + _WORST),
        ("significance", r"significan|real difference|显著|运气|luck"),
        ("best", r"which .{0,30}best|best run|哪个.{0,8}(?:最好|最优|更好|好)|" + _WINNER),
        (
            "best",
            (
                r"^(?:so |and )?(?:is|are|was) .{0,40}(?<![a-z])(?:better|worse|ahead|behind)(?![a-z])"
                r"|更好|更差|更强"
            ),
        ),
    ):
        if utterance.has(pattern):
            return aspect
    return "diff"


_WITH_THE_ONE_BEFORE = (
    r"(?:with|to|than|and) (?:the )?(?:previous|last|other|former|one before)|(?:和|跟|与)(?:上一|前一|刚才)"
)
_OF_THE_TWO = r"(?<![a-z])(?:two|both|their|them|they|these|those)(?![a-z])|两|俩|它们|二者"


def resolve(context: Context, utterance: Utterance, slots: Slots) -> Slots:
    """Open runs by name; `these two` by what was shown, else the first two; a lone name is no aspect."""
    named = context.named_runs(utterance.folded)
    slots = {**slots, "runs": [facts.run_name(item.run) for item in named]} if len(named) > 1 else slots
    runs = slots.get("runs", [])
    if isinstance(runs, list) and len(runs) == 1:
        return {name: value for name, value in slots.items() if name != "aspect"}
    if runs:
        return slots
    left, every = context.dialogue.left, context.session.assessments
    if left in every and context.current in every and utterance.has(_WITH_THE_ONE_BEFORE):
        return {**slots, "runs": [str(every.index(item) + 1) for item in (left, context.current) if item]}
    before = context.session.compared
    if len(before) == 2 and utterance.has(_OF_THE_TWO):
        return {**slots, "runs": [facts.run_name(run) for run in before]}
    if slots.get("aspect") != "diff":
        return slots
    shown = context.named_runs(" ".join(context.dialogue.past))
    if len(shown) < 2 and utterance.has(r"(?<![a-z])two(?![a-z])|两|俩"):
        shown = context.session.assessments
    return {**slots, "runs": [facts.run_name(item.run) for item in shown[:2]]} if len(shown) > 1 else slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """Only what differs, with its figures; the seeds' own spread where there is one; else cannot tell."""
    slots = resolve(context, utterance, parse(utterance))
    named = slots.get("runs", [])
    runs = [str(run) for run in named] if isinstance(named, list) else []
    every = context.session.assessments
    if len(runs) == 1 or (not runs and len(every) < 2 and not _has_history(context)):
        return context.say(
            context.pick(
                "I have no second run to compare with. Which one? `compare A B` takes two logs.",
                "没有第二次训练可以比较。要和哪一次比？`compare A B` 给出两个日志。",
            ),
            act="ask",
        )
    if len(runs) < 2 and len(every) > 1:
        aspect = "worst" if utterance.has(_WORST) else str(slots.get("aspect", "diff"))
        return among(context, aspect, str(slots.get("metric", "val_loss")))
    placed = _by_place(every, runs)
    pair = placed or [item for run in runs[:2] for item in every if facts.is_called(item.run, run)]
    differing = difference_sentence(pair[0].run, pair[1].run, context.language) if len(pair) == 2 else ""
    if placed:
        from advisor.experiment.compare import compare

        comparison = compare(placed[0].run, placed[1].run)
    else:
        sources = [_source(context, run) for run in runs[:2]]
        comparison = context.session.compare(*sources) if sources else context.session.compare()
    if not pair:
        return context.say("" if runs else _which(context), comparison.sentence.in_(context.language))
    called = names_of([item.run for item in pair])
    bests = " ".join(
        best_of(item.run, "val_loss", context.language, name) for item, name in zip(pair, called, strict=True)
    )
    return context.say(comparison.sentence.in_(context.language), bests, differing)


def _which(context: Context) -> str:
    """The names of the two runs that were compared, where they are not of one name."""
    first, second = (facts.run_name(run) for run in context.session.compared)
    if first == second:
        return ""
    return context.pick(f"From {first} to {second}:", f"从 {first} 到 {second}：")


def _by_place(every: Sequence[Assessment], named: Sequence[str]) -> list[Assessment]:
    """The two open runs that are named by their numbers in the list; empty where they are named otherwise.

    With less than two runs open a number is one of the history, as it is for `advisor compare`.
    """
    if len(every) < 2 or len(named) != 2 or not all(name.isdecimal() for name in named):
        return []
    places = [int(name) for name in named]
    return [every[place - 1] for place in places] if all(1 <= p <= len(every) for p in places) else []


def _has_history(context: Context) -> bool:
    return len(context.session.history(2)) > 1


def _source(context: Context, name: str) -> str:
    """The log of an open run by that name, else the name itself: a path or a number of the history."""
    found = (item.run.source for item in context.session.assessments if facts.is_called(item.run, name))
    return next(found, name)


def sure(utterance: Utterance) -> float:
    """How far apart runs of different seeds are, and the bare question which is best."""
    if utterance.has(r"^那?(?:哪|那)一?个最(?:好|差)$"):
        return 0.95
    luck = utterance.has(r"luck of the (?:seed|draw)|(?:种子|seed).{0,4}运气|运气.{0,6}(?:种子|seed)")
    return 0.95 if luck or utterance.has(r"^how (?:noisy|far apart|different) are (?:the|my) seeds$") else 0.0


INTENT = Intent(
    name="compare_runs",
    title=Bilingual(en="compare two runs", zh="比较两次训练"),
    answer=answer,
    sure=sure,
    parse=parse,
    resolve=resolve,
    commands={"compare": r"(?:\S+ \S+)?"},
)
