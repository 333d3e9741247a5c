"""The command about what is known: `explain`."""

import click

from advisor.cli.common import open_session, width
from advisor.cli.echo import echo
from advisor.cli.group import cli, journal_option, language_option
from advisor.cli.opening import language_of
from advisor.errors import UsageError


@cli.command(short_help="Explain a rule, a problem, a signal or a concept.")
@click.argument("name", nargs=-1, required=True)
@language_option
@journal_option
def explain(name: tuple[str, ...], lang: str | None) -> int:
    """Explain a rule, a problem, a signal or a concept (STB201, overfitting, momentum)."""
    from advisor.chat.explain import explain as look_up
    from advisor.chat.explain import suggestions

    asked = " ".join(name)
    language = language_of(lang)
    session = open_session(lang)
    explanation = look_up(asked, language, session.remembered())
    if explanation is None:
        near = suggestions(asked, language)
        hint = f"Near to it: {', '.join(near)}." if near else "'advisor rules' lists the rules."
        raise UsageError(f"Nothing is known by the name '{asked}'.", hint)
    echo(explanation.plain(width()))
    return 0
