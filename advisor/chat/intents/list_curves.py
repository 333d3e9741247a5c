"""What is in the log? The curves that were read, what each was taken for, and how far it goes."""

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.run import Run, Series
from advisor.text import Bilingual, clean_line
from advisor.vocabulary.curve_titles import CURVE_TITLES

_MOST = 30


def answer(context: Context, utterance: Utterance) -> Reply:
    """One line a curve, those that the run is judged by first; then settings and places that were odd."""
    current = context.current
    if current is None:
        return context.no_run()
    run = current.run
    curves = sorted(run.series, key=lambda one: one.role not in CURVE_TITLES)
    lines = [_line(context, one) for one in curves[:_MOST]]
    left = len(curves) - len(lines)
    more = context.pick(f"... and {left} more.", f"……另有 {left} 条。") if left else ""
    lead = context.pick(
        f"{clean_line(run.source, 80)}, read as {run.reader}:",
        f"{clean_line(run.source, 80)}（{run.reader}）：",
    )
    return context.say(lead, "\n".join(lines), more, _beside(context, run))


def _line(context: Context, curve: Series) -> str:
    """A curve's name, what it was taken for, how many points it has and where they stand."""
    taken = CURVE_TITLES.get(curve.role)
    role = "" if taken is None else taken.in_(context.language)
    role = role and context.pick(f" ({role})", f"（{role}）")
    if not len(curve):
        return facts.name(curve) + role + context.pick(": no point", "：没有点")
    first, last = (facts.place(curve, i, context.language) for i in (0, len(curve) - 1))
    return context.pick(
        f"{facts.name(curve)}{role}: {len(curve)} points, {first} to {last}",
        f"{facts.name(curve)}{role}：{len(curve)} 个点，{first}到{last}",
    )


def _beside(context: Context, run: Run) -> str:
    settings, odd = len(run.hyperparameters), len(run.events)
    return context.pick(
        f"Beside them: {settings} settings (`settings` lists them) and {odd} lines worth a note.",
        f"此外还有 {settings} 项配置（输入 `settings` 列出），以及 {odd} 处值得注意的行。",
    )


INTENT = Intent(
    name="list_curves",
    title=Bilingual(en="list what was read from the log", zh="列出从日志里读到的内容"),
    answer=answer,
    commands={"curves": r"", "metrics": r""},
)
