"""What `tune` says while it goes on and at its end; loaded once there is something to say."""

import json
import sys
from pathlib import Path

import click

from advisor.cli.common import width
from advisor.cli.echo import echo
from advisor.errors import INTERRUPTED
from advisor.experiment.scalars import plain_text
from advisor.redact import command_line
from advisor.report.tuning import tuning_table
from advisor.report.wrapping import wrap
from advisor.session import Session
from advisor.text import Bilingual, Language, clean_line
from advisor.translation import chinese
from advisor.tune.outcome import Outcome, as_json, outcome_of
from advisor.tune.remembered import remember_best
from advisor.tune.rounds import Rounds

LONGEST = 2_000


def ranged(distribution: object) -> str:
    """Where a setting may go: `0.001..1`, `sgd|adam`."""
    choices = getattr(distribution, "choices", None)
    if choices is not None:
        return "|".join(clean_line(str(choice)) for choice in choices)
    return f"{distribution.low:g}..{distribution.high:g}"  # type: ignore[attr-defined]


def left_alone(line: str) -> str:
    """The sentence that a setting stays as it is, and why, in Chinese; each half is a sentence of its own."""
    stays, _, why = line.partition(": ")
    name, _, value = stays.rpartition(" stays ")
    return f"{name} 保持 {value}：{chinese(why)}"


def say(language: Language, number: int, text: Bilingual) -> None:
    """A step of a round; round 0 is the command as it stands."""
    # It names every setting of a bundle, so that it is as long as these are many.
    said = clean_line(text.in_(language), LONGEST)
    if language == "zh":
        echo_wrapped(f"第 {number} 轮：{said}" if number else f"现状：{said}")
    else:
        echo_wrapped(f"round {number}: {said}" if number else f"as it stands: {said}")


def echo_wrapped(text: str) -> None:
    """A line as one for a script, as a paragraph for a terminal."""
    first, *others = wrap(text, width() - 2) if sys.stdout.isatty() else [text]
    echo("\n".join([first, *("  " + line for line in others)]))


def finish(
    work: Rounds, language: Language, json_file: Path | None, apply_best: bool, interrupted: bool
) -> int:
    """Shows what came of it; applies the best configuration where that is wished."""
    outcome = outcome_of(work)
    if outcome is not None:
        remember_best(work.context, outcome)
    zh = language == "zh"
    if outcome is None:
        echo("还没有一次训练得到数值。" if zh else "No round has come to a value.", err=True)
        if interrupted:
            echo("'advisor tune --resume' " + ("继续。" if zh else "goes on."), err=True)
        return INTERRUPTED if interrupted else 3
    echo("\n" + tuning_table(outcome, language, width()), nl=False)
    if json_file is not None:
        json_file.write_text(json.dumps(as_json(outcome), indent=2, ensure_ascii=False) + "\n", "utf-8")
    _show_best(work, outcome, zh)
    if interrupted:
        echo("\n'advisor tune --resume' " + ("继续。" if zh else "goes on."))
        return INTERRUPTED
    if outcome.diff:
        _offer(work, outcome, zh, apply_best)
    return 0


def _show_best(work: Rounds, outcome: Outcome, zh: bool) -> None:
    if outcome.diff:
        echo(("\n最好的配置：\n" if zh else "\nThe best configuration:\n") + outcome.diff, nl=False)
        echo(("\n重现" if zh else "\nTo repeat it") + _condition(outcome, zh) + command_line(outcome.command))
    elif len(outcome.rows) > 1:
        echo("\n现有配置最好。" if zh else "\nNothing was better than the command as it stands.")
        if outcome.is_blind:
            echo(_blind(work, outcome, zh))


def _blind(work: Rounds, outcome: Outcome, zh: bool) -> str:
    """That the rounds were told apart by nothing, and by what else they might be."""
    curves = work.done()[0].user_attrs.get("curves", {})
    other = ", ".join(clean_line(name) for name in curves if name != outcome.metric.name)
    name = clean_line(outcome.metric.name)
    if zh:
        return f"每一轮的 {name} 都相同，分不出高下" + (f"；--metric 可换成：{other}。" if other else "。")
    return f"Every round came to the same {name}" + (
        f"; --metric judges by another: {other}." if other else "."
    )


def _condition(outcome: Outcome, zh: bool) -> str:
    """What stands between `to repeat it` and the command: files have to be changed as well, or not."""
    if not any(line.startswith("--- ") for line in outcome.diff.splitlines()):
        return "：" if zh else ": "
    return "（文件先按上面修改）：" if zh else ", once the files are changed as above: "


def _offer(work: Rounds, outcome: Outcome, zh: bool, apply_best: bool) -> None:
    """Edits the user's own files and command, asked first."""
    if not apply_best and not (
        sys.stdin.isatty() and click.confirm("应用？" if zh else "Apply it?", default=True)
    ):
        return
    session = Session.at(Path(work.context.folder), journal=work.context.journal or "user")
    session.journal.set_command(str(session.project), work.context.command)
    for name, value in outcome.values.items():
        session.apply(session.plan_value(name, plain_text(value)))
    # In a journal that cannot be written the changes have no numbers.
    applied = session.journal.applied(str(session.project), limit=len(outcome.values))
    undo = f"advisor undo {applied[-1].id}" if len(applied) > 1 else "advisor undo"
    echo(f"已应用；'{undo}' 全部撤销。" if zh else f"Applied; '{undo}' takes all of it back.")
