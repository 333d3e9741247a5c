"""The command that asks one question: `ask`."""

import json

import click

from advisor.cli.common import told_journal, with_options
from advisor.cli.echo import echo
from advisor.cli.group import cli, journal_option, language_option, learned_option, llm_option
from advisor.cli.opening import language_of


@cli.command(short_help="Ask one question about runs; changes nothing.")
@click.argument("text", nargs=-1, required=True)
@click.option("--run", "runs", metavar="PATH", multiple=True, help="Log to speak of; may be given again.")
@click.option("--context", "situation", metavar="FILE", help="JSON: history, pending and state so far.")
@click.option("--json", "as_json", is_flag=True, help="Everything that was understood and answered.")
@language_option
@journal_option
@learned_option
@llm_option
@click.option("--show-sent", is_flag=True, help="Print what the language model was sent, too.")
def ask(
    text: tuple[str, ...],
    runs: tuple[str, ...],
    situation: str | None,
    as_json: bool,
    lang: str | None,
    show_sent: bool,
) -> int:
    """Ask one question in your own words, in English or Chinese; no file is changed, nothing started.

    Without --run it is about the last run of this project.
    """
    from advisor.chat.ask import ask as answer
    from advisor.chat.ask import read_situation
    from advisor.session import Session

    given = None if situation is None else read_situation(situation)
    # A situation that is told says all there is to know.
    last = not runs and given is None
    session = with_options(Session.aside(language_of(lang), told_journal(), last))
    if runs:
        session.look(runs)
    elif last:
        session.remembered()
    turn = answer(session, " ".join(text), given, session.language)
    if as_json:
        echo(json.dumps(turn, ensure_ascii=False, default=str))
        return 0
    echo(turn["reply"])
    told = turn.get("model")
    if told:
        if show_sent:
            echo(f"\n{told['sent']}", err=True)
        echo(f"\n{told['shown']}")
    return 0
