"""The one way in which the commands print: the last gate before the terminal."""

import click


def echo(text: object = "", *, err: bool = False, nl: bool = True) -> None:
    """Print to standard output, or with `err` to standard error, through `printable`."""
    from advisor.text import printable

    click.echo(printable(str(text)), err=err, nl=nl)
