"""How did it go? The verdict, the best value, where it stands."""

import re

from advisor.advice.assessment import Assessment
from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.diagnosis.finding import Finding
from advisor.text import Bilingual

_ONE_LINE = r"(?:one|single|1) (?:line|sentence|liner)|one-liner|tl;?dr|一句话|一行"


def parse(utterance: Utterance) -> Slots:
    """The run that is named, if any."""
    found = re.search(r"(?<![a-z0-9_])(run_[a-z0-9_]+|exp[0-9_]+)", utterance.folded)
    return {"run": found[1]} if found else {}


def resolve(context: Context, utterance: Utterance, slots: Slots) -> Slots:
    """The open run that is named."""
    named = context.named_runs(utterance.folded)
    return {"run": facts.run_name(named[0].run)} if named else slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """The first finding, the best and last values, one offer."""
    current = context.current
    if current is None:
        return context.no_run()
    first = facts.verdict(current)
    if first is None:
        verdict = context.pick("No rule found anything to report.", "没有规则发现可报告的问题。")
    else:
        context.dialogue.subject = first
        verdict = facts.title(first, context.language) + context.pick(".", "。")
    if utterance.has(_ONE_LINE):
        figures = facts.summary(current, context.language)[:1]
        return context.say(
            " ".join([verdict, *figures]) if context.language == "en" else verdict + "".join(figures)
        )
    offer = ""
    if context.open_changes():
        offer = context.pick("`recommend` lists what to change.", "输入 `recommend` 看该改什么。")
    figures = [
        facts.planned_sentence(current.run, context.language),
        *facts.summary(current, context.language),
    ]
    figures += _accuracies(context, current)
    return context.say(
        verdict,
        " ".join(part for part in figures if part),
        *_aside(context, current, first),
        *facts.suspicious_lines(current.run, context.language),
        offer,
    )


def _accuracies(context: Context, current: Assessment) -> list[str]:
    """The accuracies beside the curve that the run is judged by."""
    figures: list[str] = []
    accuracy = facts.find_series(current.run, "val_acc")
    if accuracy is not None and accuracy is not facts.verdict_series(current.run):
        figures.append(facts.best_and_last(accuracy, context.language))
        trained = facts.find_series(current.run, "train_acc")
        if trained is not None:
            last = facts.at(trained, len(trained) - 1, context.language)
            figures.append(
                context.pick(
                    f"{facts.name(trained)} ended with {last}.", f"{facts.name(trained)} 最后是{last}。"
                )
            )
    return figures


def _aside(context: Context, current: Assessment, first: Finding | None) -> list[str]:
    """That a run without fault was still improving at its end."""
    going = next((f for f in current.findings if f.problem.value == "still_improving"), None)
    if going is None or going is first:
        return []
    return [" ".join(e.sentence.in_(context.language) for e in going.evidence[:1])]


def sure(utterance: Utterance) -> float:
    """A summary of one line."""
    return (
        0.95
        if utterance.has(_ONE_LINE) and utterance.has(r"summ|tl;?dr|sum (?:it|this) up|how|总结|概括|说")
        else 0.0
    )


INTENT = Intent(
    name="summarize_run",
    title=Bilingual(en="sum the run up", zh="总结这次训练"),
    answer=answer,
    parse=parse,
    resolve=resolve,
    sure=sure,
    commands={"summary": r"", "status": r"", "summarize": r"", "summarise": r""},
)
