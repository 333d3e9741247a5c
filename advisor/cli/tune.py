"""The command that tunes by itself: `tune`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from advisor.cli.common import open_session, told_journal, width
from advisor.cli.echo import echo
from advisor.cli.group import TAKES_A_COMMAND, cli, journal_option, language_option
from advisor.cli.opening import language_of
from advisor.errors import INTERRUPTED, UsageError
from advisor.redact import command_line
from advisor.text import clean_line

if TYPE_CHECKING:
    from advisor.text import Bilingual, Language
    from advisor.tune.limits import Limits
    from advisor.tune.outcome import Outcome
    from advisor.tune.rounds import Rounds

_FOLDER = Path(".advisor") / "tune"
_OF_ITS_START = ("metric", "mode", "keep", "only", "bounds", "max_epochs_factor", "seeds")
_LONGEST = 2_000


@cli.command(
    short_help="Change, rerun, compare, again: a number of rounds.",
    context_settings=TAKES_A_COMMAND,
)
@click.option("--rounds", type=click.IntRange(1, 1_000), help="Reruns.  [default: 5]")
@click.option("--metric", help="Curve to judge by.  [default: the validation loss]")
@click.option("--mode", type=click.Choice(["min", "max"]), help="Whether small or large is good.")
@click.option("--target", type=float, help="Stop once the metric is this good.")
@click.option("--patience", type=click.IntRange(1), help="Stop after so many rounds without progress.")
@click.option("--keep", multiple=True, metavar="NAME=VALUE", help="Set a value and leave it.")
@click.option("--only", default="", metavar="NAMES", help="Change nothing but these (lr,dropout).")
@click.option("--bounds", multiple=True, metavar="NAME=LOW..HIGH", help="Where a value may go.")
@click.option("--max-epochs-factor", default=2.0, show_default=True, help="How much longer a run may get.")
@click.option(
    "--seeds", type=click.IntRange(1, 20), default=1, show_default=True, help="Trainings per round."
)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="At a time.")
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    help="What trains: this machine, or the Ray cluster at RAY_ADDRESS.  [default: local]",
)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the outcome here too.")
@click.option("--resume", is_flag=True, help="Go on with the last tuning of this folder.")
@click.option("--apply", "apply_best", is_flag=True, help="Apply the best configuration without asking.")
@click.option("--output", is_flag=True, help="Show what the trainings print.")
@language_option
@journal_option
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def tune(
    rounds: int | None, metric: str | None, mode: str | None, target: float | None, patience: int | None,
    keep: tuple[str, ...], only: str, bounds: tuple[str, ...], max_epochs_factor: float, seeds: int,
    workers: int, engine: str | None, json_file: Path | None, resume: bool, apply_best: bool, output: bool,
    lang: str | None, command: tuple[str, ...],
) -> int:  # fmt: skip
    """Tune COMMAND by itself (advisor tune --rounds 5 -- python train.py).

    Each round runs in a copy of the folder, so that nothing of yours is edited or overwritten. Ctrl-C
    ends with what was found so far; --resume goes on from there.
    """
    from advisor.tune.limits import parse_limits

    language = language_of(lang)
    if resume == bool(command):
        raise UsageError(
            "Either a command is tuned, or the last tuning goes on.",
            "Write 'advisor tune --rounds 5 -- COMMAND', or 'advisor tune --resume'.",
        )
    if json_file is not None and not json_file.absolute().parent.is_dir():
        raise UsageError(f"--json names no folder that is there: '{clean_line(str(json_file.parent))}'.")
    if resume:
        _refuse_what_began()
        work = _resumed(rounds, target, patience, engine, language)
    else:
        from dataclasses import replace

        from advisor.journal.told import kept_roles

        kept = kept_roles(open_session(lang).told)
        limits = replace(parse_limits(keep, only, bounds, max_epochs_factor), remembered=kept)
        work = _started(command, limits, rounds or 5, metric, mode, target, patience, seeds, engine, language)
    interrupted = not _ran(work, workers, output, language)
    return _finish(work, language, json_file, apply_best, interrupted)


def _refuse_what_began() -> None:
    """Refuse options that a tuning that goes on would pass over: its rounds have been measured by others.

    Raises:
        UsageError: one was given.
    """
    context = click.get_current_context()
    given = [p for p in _OF_ITS_START if context.get_parameter_source(p) is ParameterSource.COMMANDLINE]
    if given:
        raise UsageError(
            f"--{given[0].replace('_', '-')} belongs to the start of a tuning; it cannot change on the way.",
            "Leave it out, or start another tuning.",
        )


def _ran(work: "Rounds", workers: int, output: bool, language: "Language") -> bool:
    """Run the rounds; whether they came to their end."""
    from advisor.cli.common import pass_through
    from advisor.journal import Journal
    from advisor.tune.engines import engine_of
    from advisor.tune.loop import Tuning

    context = work.context
    if output and context.engine != "local":
        raise UsageError(
            "--output shows what trains on this machine.", "Leave it out, or write --engine local."
        )
    journal = Path(context.journal) if context.journal else None
    with Journal.open(journal) as kept:
        if kept.warning:
            echo(f"advisor: {kept.warning}", err=True)
    trains = engine_of(context.engine, journal, workers)
    try:
        tuning = Tuning(work, partial(_say, language), pass_through if output else None, trains)
        early = tuning.run(workers)
        if early is not None:
            echo(early.in_(language))
    except KeyboardInterrupt:
        return False
    return True


def _resumed(
    rounds: int | None, target: float | None, patience: int | None, engine: str | None, language: "Language"
) -> "Rounds":
    """The last tuning of this folder, with what is asked for otherwise this time."""
    from dataclasses import replace

    from advisor.tune.rounds import Rounds

    work = Rounds.resume(Path.cwd() / _FOLDER)
    context = work.context
    done = max(len(work.done()) - 1, 0)
    said = clean_line(command_line(context.command), _LONGEST)
    if language == "zh":
        _echo_wrapped(f"继续调优（已完成 {done} 轮，共 {rounds or context.rounds} 轮）：{said}")
    else:
        _echo_wrapped(f"Goes on, {done} of {rounds or context.rounds} rounds done: {said}")
    changed = replace(
        context,
        rounds=rounds or context.rounds,
        target=context.target if target is None else target,
        patience=patience or context.patience,
        engine=engine or context.engine,
        journal=_journal() if told_journal() else context.journal,
    )
    if changed != context:
        work.save(changed)
    return work


def _journal() -> str:
    """File of the journal that the rounds are remembered in; empty for the user's own."""
    from advisor.journal import journal_path
    from advisor.journal.folder import project_of

    return str(journal_path(project_of(Path.cwd()), told_journal()) or "")


def _started(
    command: tuple[str, ...], limits: "Limits", rounds: int, metric: str | None, mode: str | None,
    target: float | None, patience: int | None, seeds: int, engine: str | None, language: "Language",
) -> "Rounds":  # fmt: skip
    from advisor.translation import chinese
    from advisor.tune.jobs import seed_of
    from advisor.tune.limits import tunable
    from advisor.tune.rounds import Context, Rounds

    folder = Path.cwd()
    found = tunable(command, folder, limits)
    if seeds > 1:
        seed_of(command, folder)
    for line in found.left_out:
        echo(f"advisor: {chinese(line) if language == 'zh' else line}", err=True)
    names = ", ".join(f"{clean_line(n)} ({_ranged(d)})" for n, d in found.space.items())
    _echo_wrapped(f"调整 {names}。" if language == "zh" else f"Tunes {names}.")
    context = Context(
        command, str(folder), rounds, metric or "", mode or "", target, patience, seeds, found.left_out,
        found.kept, _journal(), engine or "local",
    )  # fmt: skip
    return Rounds.start(folder / _FOLDER, context, found)


def _ranged(distribution: object) -> str:
    choices = getattr(distribution, "choices", None)
    if choices is not None:
        return "|".join(clean_line(str(choice)) for choice in choices)
    return f"{distribution.low:g}..{distribution.high:g}"  # type: ignore[attr-defined]


def _say(language: "Language", number: int, text: "Bilingual") -> None:
    # It names every setting of a bundle, so that it is as long as these are many.
    said = clean_line(text.in_(language), _LONGEST)
    if language == "zh":
        _echo_wrapped(f"第 {number} 轮：{said}" if number else f"现状：{said}")
    else:
        _echo_wrapped(f"round {number}: {said}" if number else f"as it stands: {said}")


def _echo_wrapped(text: str) -> None:
    """A line as one for a script, as a paragraph for a terminal."""
    import sys

    from advisor.report.wrapping import wrap

    first, *others = wrap(text, width() - 2) if sys.stdout.isatty() else [text]
    echo("\n".join([first, *("  " + line for line in others)]))


def _finish(
    work: "Rounds", language: "Language", json_file: Path | None, apply_best: bool, interrupted: bool
) -> int:
    """Shows what came of it; applies the best configuration where that is wished."""
    import json

    from advisor.report.tuning import tuning_table
    from advisor.tune.outcome import as_json, outcome_of
    from advisor.tune.remembered import remember_best

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


def _show_best(work: "Rounds", outcome: "Outcome", zh: bool) -> None:
    if outcome.diff:
        echo(("\n最好的配置：\n" if zh else "\nThe best configuration:\n") + outcome.diff, nl=False)
        echo(("\n重现" if zh else "\nTo repeat it") + _condition(outcome, zh) + command_line(outcome.command))
    elif len(outcome.rows) > 1:
        echo("\n现有配置最好。" if zh else "\nNothing was better than the command as it stands.")
        if outcome.is_blind:
            echo(_blind(work, outcome, zh))


def _blind(work: "Rounds", outcome: "Outcome", zh: bool) -> str:
    """That the rounds were told apart by nothing, and by what else they might be."""
    curves = work.done()[0].user_attrs.get("curves", {})
    other = ", ".join(clean_line(name) for name in curves if name != outcome.metric.name)
    name = clean_line(outcome.metric.name)
    if zh:
        return f"每一轮的 {name} 都相同，分不出高下" + (f"；--metric 可换成：{other}。" if other else "。")
    return f"Every round came to the same {name}" + (
        f"; --metric judges by another: {other}." if other else "."
    )


def _condition(outcome: "Outcome", zh: bool) -> str:
    """What stands between `to repeat it` and the command: files have to be changed as well, or not."""
    if not any(line.startswith("--- ") for line in outcome.diff.splitlines()):
        return "：" if zh else ": "
    return "（文件先按上面修改）：" if zh else ", once the files are changed as above: "


def _offer(work: "Rounds", outcome: "Outcome", zh: bool, apply_best: bool) -> None:
    """Edits the user's own files and command, asked first."""
    import sys

    from advisor.experiment.scalars import plain_text
    from advisor.session import Session

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
