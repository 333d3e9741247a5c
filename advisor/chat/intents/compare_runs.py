"""Did it help? Which run is better, and what differs."""

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.text import Bilingual

_RUN = regex(
    r"(?<![A-Za-z0-9_/.])((?:run|exp|trial)[_-]?[A-Za-z0-9]*[0-9_][A-Za-z0-9_]*|baseline)(?![A-Za-z0-9_/.])"
)


def parse(utterance: Utterance) -> Slots:
    """The runs, what of them is asked, and the metric."""
    slots: dict[str, SlotValue] = {"aspect": _aspect(utterance)}
    word, rest = utterance.first_word
    named = utterance.paths or _RUN.findall(utterance.text)
    if word == "compare" and not named and rest:
        named = (
            [part for part in rest.split() if part not in ("and", "with", "vs", "to")]
            if len(rest.split()) <= 3
            else []
        )
    if named:
        slots["runs"] = list(dict.fromkeys(named))
    if utterance.metrics:
        slots["metric"] = utterance.metrics[0].name
    return slots


def _aspect(utterance: Utterance) -> str:
    for aspect, pattern in (
        ("seed_noise", r"seed|种子|随机性"),
        ("rank", r"rank|排序|排名|排个"),
        ("significance", r"significan|real difference|显著|运气|luck"),
        ("best", r"which .{0,14}best|best run|哪个.{0,8}(?:最好|最优|更好|好)"),
    ):
        if utterance.has(pattern):
            return aspect
    return "diff"


def answer(context: Context, utterance: Utterance) -> Reply:
    """The comparison's own sentence: better, worse or cannot tell, with its figures."""
    named = parse(utterance).get("runs", [])
    runs = [str(run) for run in named] if isinstance(named, list) else []
    if len(runs) == 1:
        return context.say(
            context.pick(
                "A comparison needs two runs: `compare A B` with two logs, or `compare` alone "
                "for the last two.",
                "比较需要两次训练：`compare A B` 给出两个日志，或只输入 `compare` 比较最近两次。",
            )
        )
    sources = [_source(context, run) for run in runs[:2]]
    comparison = context.session.compare(*sources) if sources else context.session.compare()
    return context.say(comparison.sentence.in_(context.language))


def _source(context: Context, name: str) -> str:
    """The log of an open run by that name, else the name itself: a path or a number of the history."""
    found = (item.run.source for item in context.session.assessments if facts.is_called(item.run, name))
    return next(found, name)


INTENT = Intent(
    name="compare_runs",
    title=Bilingual(en="compare two runs", zh="比较两次训练"),
    answer=answer,
    parse=parse,
    cues=(
        (
            r"^(?:please )?compare(?![a-z])|(?<![a-z])(?:run|exp)[_a-z0-9]* (?:vs\.?|versus|"
            r"against) (?:run|exp)",
            0.9,
        ),
        (
            r"which (?:run|one|experiment) (?:is|was) (?:better|best)|rank (?:them|the runs)|"
            r"better than (?:before|the last|the previous)",
            0.85,
        ),
        (r"what (?:changed|differs|is different) between|(?:how noisy|noise).{0,12}seeds?", 0.9),
        (
            r"对比|比较(?:一下|两)|比一下|(?:哪个|哪次)(?:实验|训练|run).{0,4}(?:最好|更好|好)|"
            r"(?:两次|两个)(?:实验|训练).{0,6}(?:区别|不同|差|改)|vs",
            0.8,
        ),
    ),
    commands={"compare": r"(?:\S+ \S+)?"},
)
