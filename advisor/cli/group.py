"""The group of all commands, and the options that several of them share."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from advisor import __version__
from advisor.errors import AdvisorError

JOURNAL = "advisor.journal"
"""Key of click's context under which `--journal` stands."""
LEARNED = "advisor.learned"
"""The same for `--learned`."""
LANGUAGE = "advisor.language"
"""The same for `--lang`."""
LLM = "ADVISOR_LLM"
"""The environment's word for what `--llm` says: so the two are read in one place."""
TAKES_A_COMMAND = {"allow_interspersed_args": False}
"""Settings of what takes a training command: all from its first word on is the command's own."""

P = ParamSpec("P")
R = TypeVar("R")

HELP = """Reads training logs, says what is wrong with a run, and what to change.

\b
advisor [PATH]              open the terminal program (on a log, a folder, or nothing)
advisor diagnose PATH...    the answer alone, for a terminal, a script or CI
advisor watch PATH          the answer, and what changes while the log is written
advisor run -- COMMAND      run a training, then diagnose it
"""
EPILOG = """Exit codes: 0 done and nothing at or above the asked severity; 1 findings at or above it;
2 wrong usage; 3 unreadable input; 130 interrupted."""


class _Commands(click.Group):
    """Takes `advisor PATH` for `advisor open PATH`, and names the nearest command for a misspelt one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        first = _first_word(args)
        if args[:1] in (["--help"], ["-h"], ["--version"]):
            pass
        elif first is not None and args[first] in self.commands:
            args = [args[first], *args[:first], *args[first + 1 :]]
        else:
            if first is not None:
                self._refuse_misspelt(ctx, args[first])
            args = ["open", *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command; a fault of it is told in the language that was asked for."""
        try:
            return super().invoke(ctx)
        except AdvisorError as error:
            error.language = ctx.meta.get(LANGUAGE)
            raise

    def _refuse_misspelt(self, ctx: click.Context, word: str) -> None:
        if word == "-" or Path(word).exists() or "/" in word or "." in word:
            return
        import difflib

        shown = [name for name, command in self.commands.items() if not command.hidden]
        near = difflib.get_close_matches(word, shown, n=1)
        hint = f" Did you mean 'advisor {near[0]}'?" if near else " 'advisor --help' lists the commands."
        raise click.UsageError(f"'{word}' is neither a command nor a file.{hint}", ctx=ctx)


def _first_word(args: Sequence[str]) -> int | None:
    """Where the first word stands that is no option and no option's value."""
    return next(
        (
            i
            for i, arg in enumerate(args)
            if (not arg.startswith("-") or arg == "-")
            and args[i - 1 : i] not in (["--lang"], ["--journal"], ["--llm"])
        ),
        None,
    )


def _note_language(context: click.Context, _: click.Parameter, value: str | None) -> str | None:
    context.meta[LANGUAGE] = value
    return value


language_option = click.option(
    "--lang",
    type=click.Choice(["en", "zh"]),
    callback=_note_language,
    is_eager=True,
    help="Language of the answer [default: from the environment].",
)
journal_option = click.option(
    "--journal",
    metavar="PATH",
    expose_value=False,
    callback=lambda context, _, value: context.meta.setdefault(JOURNAL, value),
    help="Journal to use: a file, 'project' or 'user'  [default: ADVISOR_JOURNAL].",
)
learned_option = click.option(
    "--learned/--no-learned",
    default=None,
    expose_value=False,
    callback=lambda context, _, value: context.meta.setdefault(LEARNED, value),
    help="Whether the model fitted on counterfactual trainings weighs the advice [default: ADVISOR_LEARNED].",
)
llm_option = click.option(
    "--llm",
    metavar="URL",
    expose_value=False,
    callback=lambda _context, _, value: value is not None and os.environ.update({LLM: value}),
    help="OpenAI-compatible language model that may reword answers; 'off' for none  [default: ADVISOR_LLM].",
)
fail_option = click.option(
    "--fail-on",
    type=click.Choice(["info", "warning", "critical"]),
    help="Exit with 1 where a finding is at least this severe.",
)

_ROLE_OPTIONS = (
    ("--train-loss", "training loss"),
    ("--val-loss", "validation loss"),
    ("--train-metric", "training metric that matters"),
    ("--val-metric", "validation metric that matters"),
)


def role_options(command: Callable[P, R]) -> Callable[P, R]:
    """Options by which a user says which curve is which; remembered for the project."""
    for flag in ("--lower-is-better", "--higher-is-better"):
        better = flag.split("-")[2]
        text = f"Curve of which {better} is better."
        command = click.option(flag, metavar="NAME", multiple=True, help=text)(command)
    for flag, title in reversed(_ROLE_OPTIONS):
        command = click.option(flag, metavar="NAME", help=f"Curve that is the {title}; remembered.")(command)
    return command


@click.group(
    cls=_Commands,
    help=HELP,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="advisor")
def cli() -> None:
    """The group of all commands; its help is `HELP`."""
