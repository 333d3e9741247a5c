"""What came of what was tried: each change that a rerun answered, and each round of the last tuning."""

from advisor.chat.context import Context
from advisor.chat.reply import Block, TableBlock
from advisor.journal import RunRow
from advisor.report.history import best_value
from advisor.report.parts import value_text, verdict_text
from advisor.text import clean_line

_LOOKED_AT = 100
_MOST = 8


def what_came(context: Context) -> tuple[Block | str, ...]:
    """The changes with their outcomes, the rounds with their values; empty where nothing was tried."""
    return (*_changes(context), *_rounds(context))


def _changes(context: Context) -> tuple[Block | str, ...]:
    """The single changes that a rerun was compared for, the latest first."""
    from advisor.journal.records import past_changes

    session, language = context.session, context.language
    past = past_changes(session.journal, str(session.project))[:_MOST]
    if not past:
        return ()
    rows = tuple(
        (
            str(one.run),
            f"{clean_line(one.name, 40)} {value_text(one.before)} -> {value_text(one.after)}",
            verdict_text(one.verdict, one.relative, language),
        )
        for one in past
    )
    header = context.pick("run", "编号"), context.pick("change", "修改"), context.pick("what came", "结果")
    return (TableBlock(header, rows),)


def _rounds(context: Context) -> tuple[Block | str, ...]:
    """The rounds of the last tuning, and how its best compares with its start."""
    from advisor.experiment.compare import compare
    from advisor.journal.trials import start_and_best

    session, journal = context.session, context.session.journal
    rows = session.history_told(_LOOKED_AT)
    newest = next((row for row in rows if row.is_trial), None)
    if newest is None:
        return ()
    tuned = _of_one_tuning(rows[rows.index(newest) :])
    pair = start_and_best(journal, newest)
    best = None if pair is None else pair[1]
    cells = [
        (f"{row.round}{' *' if row.id == best else ''}", best_value(row), "; ".join(row.changes))
        for row in tuned
    ]
    header = (
        context.pick("round", "轮次"),
        context.pick("best", "最佳"),
        context.pick("set since the start", "相对起点的设置"),
    )
    verdict = ""
    if pair is not None:
        before, after = (journal.load_run(number) for number in pair)
        verdict = context.pick("Its best against its start: ", "最好的一轮与起点相比：")
        verdict += compare(before, after).sentence.in_(context.language)
    lead = context.pick("The rounds of the last tuning:", "上一次调优的各轮：")
    return (lead, TableBlock(header, tuple(cells)), verdict)


def _of_one_tuning(rows: list[RunRow]) -> list[RunRow]:
    """The rounds from the newest back to the start, in the order of their numbers."""
    found: dict[int, RunRow] = {}
    for row in rows:
        if row.round is None:
            continue
        found.setdefault(row.round, row)
        if row.round == 0:
            break
    return [found[number] for number in sorted(found)]
