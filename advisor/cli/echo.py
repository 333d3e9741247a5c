"""The one way in which the commands print: the last gate before the terminal."""

import click


def echo(text: object = "", *, err: bool = False, nl: bool = True) -> None:
    """Print to standard output, or with `err` to standard error, through `printable`."""
    from advisor.text import printable

    click.echo(printable(str(text)), err=err, nl=nl)


def over_line(text: str = "") -> None:
    """Write a line of progress on standard error over the one before; nothing wipes it away."""
    from advisor.text import printable

    click.echo(f"\r\x1b[K{printable(text)}", err=True, nl=False)
