"""`python -m advisor.corpus`: build, fit, report, card."""

import sys
from pathlib import Path

import click

DEFAULT = Path(".advisor") / "corpus"
SHIPPED = Path(__file__).resolve().parents[1] / "learned"
TABLE, REPORT = SHIPPED / "table.npz", SHIPPED / "report.md"


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
    """Fit the effect model on the corpus in a folder, or again on the table that ships."""
    from advisor.corpus.fit import fit_all
    from advisor.corpus.table import read_table, table_of, write_table
    from advisor.learned.effect import FILE

    table = read_table(TABLE) if out is None else table_of(out)
    write_table(table, to / TABLE.name)
    fit_all(table, to / FILE)
    click.echo(f"Fitted on {len(table.gain)} changes to {len(table.data)} bases: {to / FILE}")


@main.command()
@click.option("--write", is_flag=True, help="Also keep it for the README.")
def report(write: bool) -> None:
    """Print what the effect model is worth on data sets and nets that it never saw (minutes)."""
    from advisor.corpus.report import report as lines_of
    from advisor.corpus.table import read_table

    lines = []
    for line in lines_of(read_table(TABLE)):
        click.echo(line)
        lines.append(line)
    if write:
        REPORT.write_text("\n".join(lines) + "\n", "utf-8")


@main.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT, show_default=True)
def card(out: Path) -> None:
    """Print the data card: what the corpus holds, and how it was made."""
    from advisor.corpus.card import card_of

    click.echo(card_of(out))


if __name__ == "__main__":
    main()
