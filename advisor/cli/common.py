"""What commands have in common: the session, the language, and how answers and errors are shown."""

import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from advisor.cli.echo import echo, over_line
from advisor.cli.opening import language_of
from advisor.errors import AdvisorError
from advisor.workers import usable_cores

if TYPE_CHECKING:
    from advisor.advice import Assessment
    from advisor.run import Run
    from advisor.session import Session
    from advisor.text import Language
    from advisor.vocabulary.corrections import Correction

RoleOptions = Mapping[str, "str | Sequence[str] | None"]


def told_journal() -> str | None:
    """What `--journal` says; None where it is not given."""
    from advisor.cli.group import JOURNAL

    context = click.get_current_context(silent=True)
    return None if context is None else context.meta.get(JOURNAL)


def _session(lang: str | None) -> "Session":
    """The work on the project of the current folder, as the options have it."""
    from advisor.session import Session

    return with_options(Session.here(language_of(lang), told_journal()))


def with_options(session: "Session") -> "Session":
    """The session with what `--learned` or `--no-learned` says."""
    from advisor.cli.group import LEARNED

    context = click.get_current_context(silent=True)
    learned = None if context is None else context.meta.get(LEARNED)
    if learned is not None:
        session.learned = learned
    session.processes = usable_cores()
    return session


def show_progress(session: "Session") -> None:
    """Say on the terminal how far the reading and assessing of many logs is."""
    if sys.stderr.isatty():
        session.on_progress = partial(_say_progress, session.language)


def _say_progress(language: "Language", what: str, done: int, of: int) -> None:
    """One line of standard error that is written over and gone at the end."""
    words = {"read": ("logs read", "个日志已读取"), "assessed": ("runs assessed", "次训练已诊断")}[what]
    said = f"{done:,} / {of:,} {words[language == 'zh']}" if done < of else ""
    over_line(said)


def open_session(lang: str | None) -> "Session":
    """The work on the project of the current folder; says what is wrong with its journal."""
    session = _session(lang)
    if session.warning:
        echo(f"advisor: {session.warning}", err=True)
    return session


def open_session_to_write(lang: str | None) -> "Session":
    """The work on the project of the current folder, for a command that is nothing without a journal.

    Raises:
        UsageError: what it does would not be remembered.
    """
    from advisor.errors import UsageError

    session = _session(lang)
    if session.warning:
        raise UsageError(f"Nothing was done. {session.warning}", "")
    return session


def told_roles(options: "RoleOptions") -> "list[Correction]":
    """What the options of `role_options` say, one correction a curve."""
    from advisor.run import Role
    from advisor.vocabulary.corrections import Correction, with_word

    told = [
        Correction(name, role=Role(key))
        for key in ("train_loss", "val_loss", "train_metric", "val_metric")
        if isinstance(name := options[key], str)
    ]
    told += [Correction(name, lower_is_better=False) for name in options["higher_is_better"] or ()]
    told += [Correction(name, lower_is_better=True) for name in options["lower_is_better"] or ()]
    return list(with_word((), told))


def take_roles(session: "Session", told: "Sequence[Correction]", runs: "Sequence[Run]") -> None:
    """Take the user's word on curves of logs that were read.

    Raises:
        UsageError: a log has no such curve; then nothing is remembered.
    """
    from advisor.vocabulary.corrections import check_curve

    for item in told:
        check_curve(item.name, runs)
    if told:
        session.correct(told)


def warn_of_unknown(told: "Sequence[Correction]", session: "Session") -> None:
    """Say on standard error which of the named curves the training did not log, and forget those."""
    from advisor.errors import UsageError
    from advisor.vocabulary.corrections import check_curve

    for item in told:
        try:
            check_curve(item.name, [assessment.run for assessment in session.assessments])
        except UsageError as error:
            say_error(error)
            session.forget_correction(item.name)


def width() -> int:
    """Columns of prose: those of the terminal, at most 100."""
    import shutil

    return min(shutil.get_terminal_size((100, 24)).columns, 100)


def colour() -> bool:
    """Whether standard output takes colours."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def show(session: "Session", assessments: "Sequence[Assessment]", form: str) -> None:
    """Print a report of every run, without changes of what the user wants left alone; says what that was."""
    from advisor.journal.told import kept_roles
    from advisor.report.left_alone import left_alone, without_kept

    kept = kept_roles(session.told)
    shown = [without_kept(item, kept) for item in assessments]
    if form == "json":
        from advisor.report.as_json import report_json

        echo(report_json(shown, session.language))
    elif form == "markdown":
        from advisor.report.as_text import report_markdown

        echo(report_markdown(shown, session.language), nl=False)
    else:
        from advisor.report.as_text import report_text

        echo(report_text(shown, session.language, colour=colour()), nl=False)
    if said := left_alone(assessments, kept, session.language):
        echo(f"\n{said}" if form == "text" else said, err=form != "text")


def exit_code(assessments: "Sequence[Assessment]", fail_on: str | None) -> int:
    """1 where a finding is at least as severe as `--fail-on` says, else 0."""
    from advisor.advice.assessment import worst_severity
    from advisor.diagnosis.finding import Severity

    if fail_on is None:
        return 0
    worst = worst_severity(assessments)
    return int(worst is not None and worst >= Severity[fail_on.upper()])


def say_error(error: AdvisorError) -> None:
    """An error as one sentence on standard error; foreign text in it is cleaned."""
    from advisor.cli.group import LANGUAGE
    from advisor.text import clean

    context = click.get_current_context(silent=True)
    told = error.language if context is None else context.meta.get(LANGUAGE)
    echo(f"advisor: {clean(error.in_(language_of(told)))}", err=True)


def pass_through(data: bytes) -> None:
    """Output of a training, byte for byte."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
