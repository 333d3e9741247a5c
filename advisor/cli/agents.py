"""The command for other programs that train models: `mcp`."""

import click

from advisor.cli.common import open_session
from advisor.cli.group import cli, journal_option, language_option, learned_option


@cli.command(short_help="Serve the runs to coding agents over MCP (stdio).")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@language_option
@journal_option
@learned_option
def mcp(paths: tuple[str, ...], lang: str | None) -> int:
    """Serve the runs in PATH... (or of this project) to an agent: an MCP server on standard input and output.

    It reads, compares, explains and proposes; it runs nothing and writes no file.
    """
    from advisor.mcp_server import serve

    serve(open_session(lang), paths)
    return 0
