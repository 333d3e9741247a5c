"""The command that tunes by itself: `tune`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from advisor.cli.common import open_session, told_journal
from advisor.cli.echo import echo
from advisor.cli.group import TAKES_A_COMMAND, cli, journal_option, language_option
from advisor.cli.opening import language_of
from advisor.errors import UsageError

if TYPE_CHECKING:
    from advisor.text import Language
    from advisor.tune.limits import Limits
    from advisor.tune.rounds import Rounds

_OF_ITS_START = ("metric", "mode", "keep", "only", "bounds", "max_epochs_factor", "seeds")


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
    from advisor.cli.tuned import finish
    from advisor.tune.limits import parse_limits

    language = language_of(lang)
    if resume == bool(command):
        raise UsageError(
            "Either a command is tuned, or the last tuning goes on.",
            "Write 'advisor tune --rounds 5 -- COMMAND', or 'advisor tune --resume'.",
        )
    if json_file is not None and not json_file.absolute().parent.is_dir():
        from advisor.text import clean_line

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
    return finish(work, language, json_file, apply_best, interrupted)


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
    from advisor.cli.tuned import say
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
        tuning = Tuning(work, partial(say, language), pass_through if output else None, trains)
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

    from advisor.cli.tuned import LONGEST, echo_wrapped
    from advisor.redact import command_line
    from advisor.text import clean_line
    from advisor.tune.rounds import FOLDER, Rounds

    work = Rounds.resume(Path.cwd() / FOLDER)
    context = work.context
    done = max(len(work.done()) - 1, 0)
    said = clean_line(command_line(context.command), LONGEST)
    if language == "zh":
        echo_wrapped(f"继续调优（已完成 {done} 轮，共 {rounds or context.rounds} 轮）：{said}")
    else:
        echo_wrapped(f"Goes on, {done} of {rounds or context.rounds} rounds done: {said}")
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
    from advisor.cli.tuned import echo_wrapped, left_alone, ranged
    from advisor.text import clean_line
    from advisor.tune.jobs import seed_of
    from advisor.tune.limits import tunable
    from advisor.tune.rounds import FOLDER, Context, Rounds

    folder = Path.cwd()
    found = tunable(command, folder, limits)
    if seeds > 1:
        seed_of(command, folder)
    for line in found.left_out:
        echo(f"advisor: {left_alone(line) if language == 'zh' else line}", err=True)
    names = ", ".join(f"{clean_line(n)} ({ranged(d)})" for n, d in found.space.items())
    echo_wrapped(f"调整 {names}。" if language == "zh" else f"Tunes {names}.")
    context = Context(
        command, str(folder), rounds, metric or "", mode or "", target, patience, seeds, found.left_out,
        found.kept, _journal(), engine or "local",
    )  # fmt: skip
    return Rounds.start(folder / FOLDER, context, found)
