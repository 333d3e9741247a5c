"""Commands about single records of the journal: `show`, `export`, `forget`."""

import sys
from pathlib import Path

import click

from advisor.cli.common import open_session, open_session_to_write, show
from advisor.cli.echo import echo
from advisor.cli.group import cli, journal_option, language_option
from advisor.errors import UsageError

_FORGET = {
    "en": "Forget {runs} with curves and output?",
    "zh": "删除 {n} 次运行及其曲线和输出吗？",
}
_FORGOTTEN = {
    "en": "Forgotten: {runs}.",
    "zh": "已删除 {n} 次运行。",
}


def _told(words: dict[str, str], language: str, n: int) -> str:
    return words[language].format(n=n, runs="1 run" if n == 1 else f"{n} runs")


@cli.command("show", short_help="Show a remembered run with its diagnosis.")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text")
@language_option
@journal_option
def show_(number: int, form: str, lang: str | None) -> int:
    """Show run NUMBER of 'advisor history': what was run, how it ended, what changed, and its diagnosis."""
    from advisor.journal.said import said_in, said_of
    from advisor.journal.trials import with_settings
    from advisor.report.history import run_row_text

    session = open_session(lang)
    (row,) = with_settings(session.journal, [session.journal.run_row(number)])
    assessed = session.assessed(number)
    then, now = said_in(session.journal.store, row.project).get(number), said_of(assessed)
    if form == "text":
        echo(run_row_text(row, session.language, said=then if then != now else None))
    show(session, [assessed], form)
    return 0


@cli.command(short_help="Write the history out: CSV, JSON, Parquet.")
@click.option("--format", "form", type=click.Choice(["csv", "json", "parquet"]), default="csv")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="File to write [default: the screen].")
@click.option("--force", is_flag=True, help="Overwrite the file.")
@language_option
@journal_option
def export(form: str, output: Path | None, force: bool, lang: str | None) -> int:
    """Write the runs of this project out, one record each, with what was changed and what came of it."""
    from advisor.journal.records import run_records
    from advisor.report.exporting import records_csv, records_json, records_parquet

    session = open_session(lang)
    records = run_records(session.journal, str(session.project))
    if form == "parquet":
        data = records_parquet(records)
    elif form == "json":
        data = records_json(records).encode()
    else:
        data = records_csv(records).encode()
    if output is None:
        if form == "parquet" and sys.stdout.isatty():
            raise UsageError("A Parquet file is no text.", "Name a file: --output runs.parquet.")
        sys.stdout.buffer.write(data)
        return 0
    try:
        if force:
            output.write_bytes(data)
        else:
            with output.open("xb") as stream:
                stream.write(data)
    except FileExistsError:
        raise UsageError(
            f"{output} exists already; it was left as it is.", "To overwrite it, add --force."
        ) from None
    except OSError as error:
        raise UsageError(f"{output} cannot be written ({error.strerror or error}).", "") from None
    return 0


@cli.command(short_help="Remove runs from the journal for good.")
@click.argument("numbers", nargs=-1, type=click.IntRange(min=1))
@click.option("--all", "everything", is_flag=True, help="Every run of this project.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@language_option
@journal_option
def forget(numbers: tuple[int, ...], everything: bool, yes: bool, lang: str | None) -> int:
    """Remove the runs NUMBERS of this project from the journal, with their curves and captured output."""
    from advisor.journal.records import forget as forget_runs

    session = open_session_to_write(lang)
    known = {row.id for row in session.history(1_000_000)}
    ids = sorted(known) if everything else sorted(set(numbers))
    missing = [number for number in ids if number not in known]
    if missing or not ids:
        said = f"There is no run {missing[0]} in this project." if missing else "No run is named."
        raise UsageError(said, "'advisor history' lists the runs; --all means all of them.")
    if not yes and not click.confirm(_told(_FORGET, session.language, len(ids)), default=False):
        return 0
    removed = forget_runs(session.journal, str(session.project), ids)
    echo(_told(_FORGOTTEN, session.language, removed))
    return 0
