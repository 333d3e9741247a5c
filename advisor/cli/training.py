"""Commands that train: `run`, `rerun`; and those that change what is trained: `apply`, `set`, `undo`."""

import sys
from typing import TYPE_CHECKING

import click

from advisor.cli.common import (
    exit_code,
    open_session,
    open_session_to_write,
    pass_through,
    show,
    told_roles,
    warn_of_unknown,
    width,
)
from advisor.cli.echo import echo
from advisor.cli.group import (
    TAKES_A_COMMAND,
    cli,
    fail_option,
    journal_option,
    language_option,
    learned_option,
    role_options,
)
from advisor.cli.memory import show_comparison
from advisor.errors import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.experiment.place import Place
    from advisor.experiment.plan import Chooser, Plan
    from advisor.session import Session

_APPLIED = {
    "en": "Applied. 'advisor rerun' trains again and compares; 'advisor undo' takes it back.",
    "zh": "已应用。'advisor rerun' 重新训练并比较；'advisor undo' 撤销。",
}
yes_option = click.option("--yes", "-y", is_flag=True, help="Do not ask.")
outside_option = click.option(
    "--outside", is_flag=True, help="Edit a file also where it lies outside the project."
)
seeds_option = click.option(
    "--seeds", type=click.IntRange(1, 100), default=1, help="Train with so many seeds, one after the other."
)
_ASK = {
    "en": "Apply this change?",
    "zh": "应用这个修改吗？",
}

_WHICH = {
    "en": "More than one setting could be meant:",
    "zh": "可能指以下几处：",
}
_MORE = {
    "en": "  and {n} more: 'advisor set FILE:LINE VALUE' takes any",
    "zh": "  另有 {n} 处：'advisor set 文件:行 值' 可指定任何一处",
}
_KEY = {
    "en": "Which one? (1-{n}, any other key: none) ",
    "zh": "改哪一处？（1-{n}，其他键：都不改）",
}


@cli.command(short_help="Run a training, then diagnose it.", context_settings=TAKES_A_COMMAND)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@seeds_option
@role_options
@language_option
@journal_option
@learned_option
@fail_option
def run(
    command: tuple[str, ...],
    seeds: int,
    lang: str | None,
    fail_on: str | None,
    **roles: str | tuple[str, ...] | None,
) -> int:
    """Run a training (advisor run -- python train.py --lr 0.1), then diagnose it.

    Its output is shown as it comes and kept; it gets no input. Ctrl-C asks it to end, a second one insists.
    """
    session = open_session(lang)
    # What the training will log is not known yet; its end says whether there is such a curve.
    if told := told_roles(roles):
        session.correct(told)
    if seeds > 1:
        from advisor.seeds import run_seeds

        run_seeds(session, command, seeds, pass_through)
    else:
        session.run(command, on_output=pass_through)
    warn_of_unknown(told, session)
    return _after_training(session, fail_on)


@cli.command(short_help="Apply a proposed change, after showing the diff.")
@click.argument("number", type=click.IntRange(min=1))
@yes_option
@outside_option
@language_option
@journal_option
@learned_option
def apply(number: int, yes: bool, outside: bool, lang: str | None) -> int:
    """Apply change NUMBER of the last diagnosis, after showing the diff."""
    from advisor.errors import UsageError
    from advisor.journal.told import kept_roles
    from advisor.report.left_alone import left_alone_sentence

    session = open_session_to_write(lang)
    plan = session.plan(number, _chooser(session, yes))
    last = session.remembered()
    role = None if last is None else last.changes[number - 1].hyperparameter
    if role in kept_roles(session.told):
        raise UsageError(
            f"Change {number} is not applied. {left_alone_sentence([role], session.language)}",
            "'advisor set NAME VALUE' sets a value all the same.",
        )
    return _apply(session, plan, yes, outside)


@cli.command("set", short_help="Set a hyperparameter, after showing the diff.")
@click.argument("name")
@click.argument("value")
@yes_option
@outside_option
@language_option
@journal_option
def set_(name: str, value: str, yes: bool, outside: bool, lang: str | None) -> int:
    """Set the hyperparameter NAME (or the one at FILE:LINE) to VALUE where the last command takes it from."""
    session = open_session_to_write(lang)
    plan = session.plan_value(name, value, _chooser(session, yes))
    return _apply(session, plan, yes, outside)


@cli.command(
    short_help="List tunable values and where they stand.",
    context_settings=TAKES_A_COMMAND,
)
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@language_option
@journal_option
def hyperparameters(command: tuple[str, ...], form: str, lang: str | None) -> int:
    """List every value of COMMAND (by default the last one) that can be tuned: its role, value and place."""
    from advisor.report.settings import settings_json, settings_table

    session = open_session(lang)
    found = session.places(command or None)
    echo(settings_json(found) if form == "json" else settings_table(found, session.language).rstrip())
    return 0


@cli.command(short_help="Take the last change back, or all down to one.")
@click.argument("number", required=False, type=click.IntRange(min=1))
@language_option
@journal_option
def undo(number: int | None, lang: str | None) -> int:
    """Take the last applied change back, or all down to change NUMBER ('advisor history' lists them)."""
    session = open_session_to_write(lang)
    echo(session.undo(number))
    return 0


@cli.command(short_help="Run the last command again, and compare.")
@seeds_option
@language_option
@journal_option
@learned_option
@fail_option
def rerun(seeds: int, lang: str | None, fail_on: str | None) -> int:
    """Run the last command again, with the changes applied, and compare."""
    session = open_session(lang)
    if seeds > 1:
        from advisor.seeds import rerun_seeds

        groups = rerun_seeds(session, seeds, pass_through)
        code = _after_training(session, fail_on)
        echo("\n" + groups.sentence.in_(session.language))
        return code
    session.rerun(on_output=pass_through)
    return _after_training(session, fail_on, compared=True)


def _after_training(session: "Session", fail_on: str | None, *, compared: bool = False) -> int:
    """Shows what a training came to; a training that failed keeps its exit code."""
    from advisor.journal.told import kept_roles
    from advisor.report.history import ending_text, next_step
    from advisor.report.left_alone import without_kept

    finished = session.finished
    assert finished is not None
    for warning in finished.warnings:
        echo(f"advisor: {warning}", err=True)
    echo()
    echo(ending_text(finished, session.language), nl=False)
    show(session, session.assessments, "text")
    if compared:
        show_comparison(session, None, None)
    if session.current is not None:
        current = without_kept(session.current, kept_roles(session.told))
        change, obstacle = session.possible(current.changes), session.obstacle(current.changes)
        echo(next_step(change, obstacle, session.language, width()), nl=False)
    if finished.failed:
        return INTERRUPTED if finished.interrupted else finished.exit_code
    return exit_code(session.assessments, fail_on)


def _chooser(session: "Session", yes: bool) -> "Chooser | None":
    """Asks for the place that is meant; None where nobody can be asked."""
    if yes or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None

    def choose(places: "Sequence[Place]") -> "Place":
        from advisor.experiment.plan import MOST_CHOICES, place_line

        shown = places[:MOST_CHOICES]
        echo(_WHICH[session.language])
        for number, place in enumerate(shown, start=1):
            echo(f"  {number}. {place_line(place)}")
        if len(places) > len(shown):
            echo(_MORE[session.language].format(n=len(places) - len(shown)))
        echo(_KEY[session.language].format(n=len(shown)), nl=False)
        key = click.getchar()
        if key not in [str(number) for number in range(1, len(shown) + 1)]:
            echo()
            raise click.exceptions.Exit(0)
        echo(key)
        return shown[int(key) - 1]

    return choose


def _apply(session: "Session", plan: "Plan", yes: bool, outside: bool) -> int:
    echo(plan.diff, nl=not plan.diff.endswith("\n"))
    if not yes and not click.confirm(_ASK[session.language], default=True):
        return 0
    session.apply(plan, outside=outside)
    echo(_APPLIED[session.language])
    return 0
