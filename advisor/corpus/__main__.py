"""`python -m advisor.corpus`: build, fit, report, card."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

DEFAULT = Path(".advisor") / "corpus"
SHIPPED = Path(__file__).resolve().parents[1] / "learned"
TABLE, REPORT = SHIPPED / "table.npz", SHIPPED / "report.md"
CURVES, FORECAST_REPORT = SHIPPED / "curves.npz", SHIPPED / "forecast.md"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Make the corpus of counterfactual trainings, and fit the learned advice on it."""


@main.command()
@click.option("--hours", type=click.FloatRange(min=0), required=True, help="Wall-clock time to spend.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--resume", is_flag=True, help="Go on with the corpus that stands there.")
@click.option(
    "--bases", type=click.IntRange(min=1), default=9, help="Most bases of a shard; 1 to try it out."
)
def build(hours: float, out: Path, seed: int, resume: bool, bases: int) -> None:
    """Train base runs and their reruns; each shard is kept as soon as it is whole."""
    from advisor.corpus.build import build as make

    try:
        made = make(out, hours, seed, resume, click.echo, bases)
    except FileExistsError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    click.echo(f"{made} trainings made in {out}.")


@main.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Corpus; else what ships.")
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), default=SHIPPED, help="Where to.")
def fit(out: Path | None, to: Path) -> None:
    """Fit the effect model and the forecast on the corpus in a folder, or again on the tables that ship."""
    from advisor.corpus.curves import cuts_of, read_cuts, write_cuts, write_forecast
    from advisor.corpus.fit import fit_all
    from advisor.corpus.table import read_table, table_of, write_table
    from advisor.learned.effect import FILE
    from advisor.learned.forecast import FILE as FORECAST

    write_cuts(read_cuts(CURVES) if out is None else cuts_of(out), to / CURVES.name)
    cuts = read_cuts(to / CURVES.name)
    write_forecast(cuts, to / FORECAST)
    click.echo(f"Fitted on {len(cuts.move)} cut curves: {to / FORECAST}")

    table = read_table(TABLE) if out is None else table_of(out)
    write_table(table, to / TABLE.name)
    fit_all(table, to / FILE)
    click.echo(f"Fitted on {len(table.gain)} changes to {len(table.data)} bases: {to / FILE}")


@main.command()
@click.option("--write", is_flag=True, help="Also keep it for the README.")
@click.option("--only", type=click.Choice(["effect", "forecast"]), help="One of the two.")
@click.option(
    "--logs", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Real logs to forecast too."
)
def report(write: bool, only: str | None, logs: Path | None) -> None:
    """Print what the learned parts are worth on data sets and nets that they never saw (minutes)."""
    from advisor.corpus.curves import cuts_of_logs, forecast_report, read_cuts
    from advisor.corpus.report import report as lines_of
    from advisor.corpus.table import read_table

    if only != "forecast":
        _tell(lines_of(read_table(TABLE)), REPORT if write else None)
    if only != "effect":
        real = None if logs is None else cuts_of_logs(logs)
        _tell(forecast_report(read_cuts(CURVES), real), FORECAST_REPORT if write else None)


def _tell(lines: Iterable[str], file: Path | None) -> None:
    """Prints lines as they come, and keeps them in a file where one is named."""
    said = []
    for line in lines:
        click.echo(line)
        said.append(line)
    if file is not None:
        file.write_text("\n".join(said) + "\n", "utf-8")


@main.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT, show_default=True)
def card(out: Path) -> None:
    """Print the data card: what the corpus holds, and how it was made."""
    from advisor.corpus.card import card_of

    click.echo(card_of(out))


if __name__ == "__main__":
    main()
