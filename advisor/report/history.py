"""The history of a project, and what came of a change."""

import time
from collections.abc import Sequence
from pathlib import PurePath

from advisor.advice import Change
from advisor.errors import EditError
from advisor.experiment.compare import Comparison
from advisor.experiment.runner import Finished
from advisor.journal import RunRow
from advisor.journal.said import Said
from advisor.redact import command_line
from advisor.report.parts import value_text
from advisor.report.tables import table
from advisor.report.wrapping import display_width, fitted, wrap
from advisor.text import Bilingual, Language, clean, clean_line, short_number
from advisor.translation import with_place

_NOT_STATED = Bilingual(en="not stated", zh="未说明")
_EMPTY = Bilingual(
    en="No run is remembered in this project yet. 'advisor run -- COMMAND' makes the first.",
    zh="这个项目还没有记录任何训练。'advisor run -- 命令' 会产生第一条。",
)
_VARIABLES = Bilingual(
    en="environment, {n} variables (names only): {names}", zh="环境变量 {n} 个（只记名称）：{names}"
)
_THEN = Bilingual(
    en="said when it was remembered (today's rules say otherwise, below): {found}",
    zh="记录时的诊断（与下面按现在的规则得出的不同）：{found}",
)
_FAILED = Bilingual(
    en="The training did not end well ({ending}); what follows rests on what it had logged by then.",
    zh="训练没有正常结束（{ending}）；以下只依据它在此之前的记录。",
)
_NEXT = Bilingual(
    en="'advisor apply {number}' shows change {number} as a diff, and makes it when you say yes.",
    zh="'advisor apply {number}' 以差异形式显示第 {number} 个修改，确认后应用。",
)
_ENDED = Bilingual(en="exit code {code}, {s:.1f} s", zh="退出码 {code}，{s:.1f} 秒")
_NARROWEST = 44
"""Columns that a command keeps in the history, however narrow the terminal is."""
_ROUND = Bilingual(en="round {n} of a tuning", zh="调优第 {n} 轮")
_START = Bilingual(en="start of a tuning", zh="调优的起点")
_NOT_HERE = Bilingual(
    en="The change cannot be made by 'advisor apply' as things stand: {why}",
    zh="目前无法用 'advisor apply' 做这个修改：{why}",
)


def ending_text(finished: Finished, language: Language) -> str:
    """How a training ended, to stand before its report; nothing where it ended well."""
    if not finished.failed:
        return ""
    return _FAILED.in_(language).format(ending=finished.ending.in_(language)) + "\n\n"


def next_step(change: Change | None, obstacle: EditError | None, language: Language, width: int) -> str:
    """How a change is applied, or else why the best one cannot be; nothing where none is proposed.

    Args:
        change: The first that can be made; None where none can be.
        obstacle: Why the best one cannot be made.
        language: Of the sentence.
        width: Columns of the text.
    """
    if change is not None:
        return "\n" + _NEXT.in_(language).format(number=change.number) + "\n"
    if obstacle is None:
        return ""
    return (
        "\n"
        + "\n".join(wrap(clean(_NOT_HERE.in_(language).format(why=obstacle.in_(language))), width))
        + "\n"
    )


def comparison_text(comparison: Comparison, language: Language, width: int) -> str:
    """What came of a change: the verdict with its figures, and what was configured differently."""
    lines = wrap(comparison.sentence.in_(language), width)
    for item in comparison.configuration:
        before, after = (
            _NOT_STATED.in_(language) if value is None else value_text(value)
            for value in (item.before, item.after)
        )
        lines.append(f"  {clean_line(item.name, 60)}: {before} -> {after}")
    return "\n".join(lines) + "\n"


def history_table(rows: Sequence[RunRow], language: Language, width: int = 100) -> str:
    """The runs of a project, newest first, with what was changed before each.

    What a round of a tuning set, which is often much, stands in lines of its own.

    Args:
        rows: The runs.
        language: Of the words.
        width: Columns of the terminal.
    """
    if not rows:
        return _EMPTY.in_(language) + "\n"
    header = (
        ("run", "when", "best", "what ran", "changed before it")
        if language == "en"
        else ("编号", "时间", "最佳", "运行内容", "此前的修改")
    )
    cells = [_row(row, language) for row in rows]
    beside = [max(display_width(row[n]) for row in (header, *cells)) for n in (0, 1, 2, 4)]
    room = max(_NARROWEST, width - sum(beside) - 2 * len(beside))
    cells = [(*row[:3], fitted(row[3], min(room, display_width(row[3]))), row[4]) for row in cells]
    first, *lines = table(header, cells)
    indent = " " * (2 + max(display_width(header[0]), len(str(rows[0].id))))
    found = [first]
    for row, line in zip(rows, lines, strict=True):
        found.append(line)
        if row.round:
            found += [indent + part for part in wrap(_changes(row, language), width - len(indent)) if part]
    return "\n".join(found) + "\n"


def run_row_text(row: RunRow, language: Language, width: int = 100, said: Said | None = None) -> str:
    """One remembered run: what ran, where, when, how it ended, what was changed before it, which variables
    of the environment it saw (names alone; their values are kept nowhere), and what was said of it then.
    """  # noqa: D205
    ended = (
        "" if row.exit_code is None else _ENDED.in_(language).format(code=row.exit_code, s=row.seconds or 0)
    )
    words = ("run", "ran in", "when", "ended", "changed before it")
    if language == "zh":
        words = ("运行", "目录", "时间", "结束", "此前的修改")
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(row.started or row.added))
    changes = changed_text(row, language)
    values = (what_ran(row), row.folder or "", when, ended, changes)
    lines = [f"{word}: {clean_line(value)}" for word, value in zip(words, values, strict=True) if value]
    if row.environment:
        names = ", ".join(clean_line(name, 60) for name in row.environment)
        names_said = _VARIABLES.in_(language).format(n=len(row.environment), names=names)
        lines += _hanging(names_said, width)
    if said is not None and said.findings:
        found = "; ".join(clean_line(str(finding), 60) for finding in said.findings)
        lines += _hanging(_THEN.in_(language).format(found=found), width)
    return "\n".join(lines) + "\n"


def _hanging(text: str, width: int) -> list[str]:
    first, *others = wrap(text, width - 2)
    return [first, *("  " + line for line in others)]


def what_ran(row: RunRow) -> str:
    """The command of a run, without its secrets, or the log that it was read from."""
    return command_line(row.command) if row.command else row.source


def briefly(row: RunRow) -> str:
    """`what_ran` in a table: the program by its name, since a path leaves no room for what it was given."""
    if not row.command:
        return clean_line(row.source, 70)
    program, *words = row.command
    return clean_line(command_line((PurePath(program).name, *words)), 70)


def _row(row: RunRow, language: Language) -> tuple[str, ...]:
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(row.started or row.added))
    changed = _round(row, language) if row.round else changed_text(row, language, 60)
    return (str(row.id), when, best_value(row), briefly(row), changed)


def changed_text(row: RunRow, language: Language, longest: int = 300) -> str:
    """What was changed before a run, or set by the tuning that it is a round of."""
    parts = (_round(row, language), _changes(row, language, longest))
    return (": " if language == "en" else "：").join(part for part in parts if part)


def _changes(row: RunRow, language: Language, longest: int = 300) -> str:
    return clean_line("; ".join(with_place(change, language) for change in row.changes), longest)


def _round(row: RunRow, language: Language) -> str:
    return "" if row.round is None else (_ROUND if row.round else _START).in_(language).format(n=row.round)


def best_value(row: RunRow) -> str:
    """The best value of the curve that a run is judged by."""
    for role in ("val_loss", "val_metric", "train_loss"):
        found = row.summary.get(role)
        if found is not None and found.get("best") is not None:
            return f"{clean_line(found['name'], 24)} {short_number(float(found['best']))}"
    return "-"
