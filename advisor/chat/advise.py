"""Answers that several intents share: proposals, one knob in the light of this run, an edit to say yes to."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from advisor.advice.assessment import Assessment
from advisor.advice.change import Change
from advisor.advice.recommendation import direction
from advisor.chat import facts
from advisor.chat.concepts import find_concept
from advisor.chat.context import MOST_PROPOSALS, Context
from advisor.chat.explain import example
from advisor.chat.general import GeneralRule
from advisor.chat.reply import Apply, DiffBlock, Reply
from advisor.diagnosis.finding import Finding, Severity
from advisor.report.parts import change_headline, change_sentence, doubt_note

if TYPE_CHECKING:
    from advisor.experiment.plan import Plan


def propose(context: Context, changes: Sequence[Change], *lead: str, sooner: Sequence[Change] = ()) -> Reply:
    """At most three ranked changes, and how to take one; `lead` comes before them, and speaks of `sooner`."""
    shown = tuple(changes[:MOST_PROPOSALS])
    context.dialogue.proposals = shown
    context.dialogue.offered |= {change.number for change in shown}
    lines = [
        f"{change.number}. {change_sentence(change, context.language)}{_reported(context, change)}"
        for change in shown
    ]
    return context.say(*lead, *lines, doubt_note(shown, context.language), _offer(context, (*sooner, *shown)))


def _offer(context: Context, shown: Sequence[Change]) -> str:
    """How to take the first change that can be made here; none of what only the user can do."""
    settings = [change.number for change in shown if change.do is None]
    if not settings:
        return context.pick(
            "No setting holds this, so it is yours to do.", "这不是一个配置项，需要你自己动手。"
        )
    if context.session.command is None:
        return context.pick(
            f"Type `apply {settings[0]}` for how to make it; nothing is written before you say yes.",
            f"输入 `apply {settings[0]}` 看怎么改；你确认之前不会写入任何东西。",
        )
    return context.pick(
        f"Type `apply {settings[0]}` to see the edit; nothing is written before you say yes.",
        f"输入 `apply {settings[0]}` 查看要改的内容；你确认之前不会写入任何东西。",
    )


def _reported(context: Context, change: Change) -> str:
    """That the user tried this very change, and what came of it; empty where not."""
    word = context.reported(change)
    if word is None:
        return ""
    if word.outcome == "better":
        return context.pick(
            " You reported that it helped: open the log of that run, and I go on from there.",
            "你反馈过它有效：打开那次训练的日志，我从那里接着看。",
        )
    return context.pick(" You reported that it did not help here.", "你反馈过它在这里没有帮助。")


def ask_to_apply(context: Context, plan: "Plan", lead: str = "") -> Reply:
    """The edit as a diff, and the question whether to write it."""
    question = context.pick("Apply this change? (yes/no)", "应用这个修改吗？（好/不）")
    return context.ask(Apply(plan), lead, DiffBlock(plan.diff, question))


def plan_or_by_hand(context: Context, change: Change, lead: str = "") -> Reply:
    """The edit of a change to say yes to; where it cannot be made here, how to make it by hand."""
    if change.do is not None:
        yours = context.pick(
            "No setting holds this, so it is yours to do; then type `rerun`.",
            "这不是一个配置项，需要你自己动手；完成后输入 `rerun`。",
        )
        return context.say(lead, change_headline(change, context.language), yours)
    if context.session.command is not None:
        return ask_to_apply(context, context.session.plan(change.number), lead)
    unknown = context.pick(
        "No training command is known here, so I cannot write it.", "这里还没有已知的训练命令，所以我写不了。"
    )
    once = context.pick(
        "Run it once as `train YOUR COMMAND` (in a shell: `advisor run -- YOUR COMMAND`), "
        "and I edit and rerun.",
        "用 `train 你的训练命令` 跑一次（在终端里：`advisor run -- 你的训练命令`），之后我就能改配置并重跑。",
    )
    return context.say(lead, f"{unknown} {_by_hand(context, change)}", once)


def _by_hand(context: Context, change: Change) -> str:
    """What to write where, in words."""
    headline = change_headline(change, context.language)
    known = None if context.current is None else facts.known(context.current.run, change.hyperparameter or "")
    if known is None or known.source == "log":
        return context.pick(
            f"By hand: {headline}, in your script, its configuration or on the command line.",
            f"手动修改：{headline}，在你的脚本、配置文件或命令行里。",
        )
    return context.pick(
        f"By hand: {headline}, in {known.source}, where it is called {known.name}.",
        f"手动修改：{headline}；它在 {known.source} 里，名字是 {known.name}。",
    )


def why_no_proposal(context: Context) -> Reply:
    """What to say where no change is proposed: the run is fine, or every change is excluded, with figures."""
    current = context.current
    if current is None:
        return context.no_run()
    excluded = bool(current.changes) and bool(context.dialogue.kept)
    lead = (
        context.pick(
            "Every change I would propose touches what you asked me to keep.",
            "我能建议的修改都涉及你要求保留的设置。",
        )
        if excluded
        else context.pick("I have no change to propose for this run.", "这次训练我没有要建议的修改。")
    )
    reasons = [
        finding.title.in_(context.language) + context.pick(".", "。") for finding in current.findings[:1]
    ]
    return context.say(lead, context.kept_sentence(), *reasons, *facts.summary(current, context.language)[:1])


def about(context: Context, roles: Sequence[str], rule: GeneralRule, own: str = "") -> Reply:
    """One knob: what this run says about it first, the general rule second, an explanation offered.

    Args:
        context: The turn.
        roles: The hyperparameters in question.
        rule: The general rule.
        own: What this run says, where that is known better than from its findings and changes.
    """
    concept, general = rule.explain, rule.text.in_(context.language)
    more = context.pick(f"`explain {concept}` has the formula.", f"`explain {concept}` 有公式和说明。")
    current = context.current
    if current is None:
        return context.say(general, more)
    value = facts.hyperparameter_sentence(current.run, roles[0], context.language)
    changes = [change for change in context.open_changes() if change.hyperparameter in roles]
    if changes and not own:
        context.dialogue.subject = changes[0].finding
        evidence = (_verdict_on(context, changes), value, *_standing(context, changes[0].finding))
        lead = " ".join(part for part in evidence if part)
        # A question of its own is answered before the changes; any other is answered by them.
        first = [change for change in context.open_changes()[:1] if _is_sooner(change, changes[0])]
        return propose(context, changes, lead, general if rule.is_specific else "", sooner=first)
    page = find_concept(concept)
    shown = "" if page is None else example(page, context.language, current)
    lead = (
        " ".join(part for part in (own, value) if part)
        if own
        else f"{value} {_unconcerned(context, current)}"
    )
    return context.say(lead, shown, general, more)


def _unconcerned(context: Context, current: Assessment) -> str:
    """That no finding speaks of the knob, and what was found instead."""
    finding = facts.clean_bill(current) or next(iter(current.findings), None)
    verdict = context.pick("Nothing found in this run points at it.", "这次训练的发现都没有指向它。")
    if finding is None:
        return verdict
    found = context.pick("What was found: ", "发现的是：") + _sentence(context, finding)
    first = next(iter(context.open_changes()), None)
    if first is None or finding is facts.clean_bill(current):
        return f"{verdict} {found}"
    headline = change_headline(first, context.language)
    before = context.pick(f"Before it: {first.number}. {headline}.", f"先做：{first.number}. {headline}。")
    return f"{verdict} {found} {before}"


def _verdict_on(context: Context, changes: Sequence[Change]) -> str:
    """Whether the knob has to be changed, and what should be changed before it."""
    if all(change.finding.severity == Severity.INFO for change in changes):
        return context.pick(
            "It is fine as it is: nothing found in this run speaks against it. "
            "The change below is an option.",
            "保持现状就好：这次训练没有发现它有问题。下面的修改只是一个选项。",
        )
    first, way = context.open_changes()[0], _way(context, changes[0])
    if _is_long_shot(changes[0]):
        return context.pick(
            "Nothing found in this run points at it. The change below is one to try, and will hardly help.",
            "这次训练的发现都没有指向它。下面的修改可以一试，但多半没有明显效果。",
        )
    if not _is_sooner(first, changes[0]):
        return context.pick(f"For this run: {way}.", f"就这次训练而言：{way}。")
    headline = change_headline(first, context.language)
    return context.pick(
        f"For this run: {way}, but after {first.number}. {headline}.",
        f"就这次训练而言：{way}，但先做 {first.number}. {headline}。",
    )


def _is_long_shot(change: Change) -> bool:
    """Whether no rule asks for it, and it is less likely to help than not."""
    from advisor.advice.weighing import MORE_LIKELY_THAN_NOT, was_added

    chance = 1.0 if change.learned is None else change.learned.effect.probability
    return chance < MORE_LIKELY_THAN_NOT and was_added(change)


def _is_sooner(first: Change, change: Change) -> bool:
    """Whether another change is to be made before one that a finding asks for."""
    return first.number < change.number and change.finding.severity > Severity.INFO


def _way(context: Context, change: Change) -> str:
    """In which direction the knob has to be turned, where it has one."""
    more = direction(change)
    if more == 0:
        return context.pick("change it", "该改")
    if change.before == 0:
        return context.pick("yes, add it", "该加上")
    return context.pick("raise it", "该调大") if more > 0 else context.pick("lower it", "该调小")


def _standing(context: Context, finding: Finding) -> Sequence[str]:
    """What the log shows of a finding: values and where they stand, else what its rule measured."""
    return context.seen(finding)[:2] or [e.sentence.in_(context.language) for e in finding.evidence[:1]]


def _sentence(context: Context, finding: Finding) -> str:
    return facts.title(finding, context.language) + context.pick(".", "。")
