"""The command that trains for a moment to find out: `probe`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from advisor.cli.common import colour, exit_code, open_session
from advisor.cli.echo import echo, over_line
from advisor.cli.group import cli, fail_option, journal_option, language_option
from advisor.cli.opening import language_of
from advisor.errors import INTERRUPTED, UsageError

if TYPE_CHECKING:
    from advisor.advice import Assessment
    from advisor.probe.outcome import Outcome
    from advisor.probe.request import Request


@cli.command(short_help="Train a model for a moment, and say what that shows.")
@click.argument("target", required=False)
@click.option("--config", type=click.Path(path_type=Path), help="YAML, JSON or TOML file with settings.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A setting of the training.")
@click.option(
    "--budget", type=click.IntRange(1, 1_000_000), default=1000, show_default=True, help="Steps in all."
)
@click.option("--only", multiple=True, metavar="CHECK", help="Nothing but this check; may be repeated.")
@click.option(
    "--seeds", type=click.IntRange(1, 20), default=1, show_default=True, help="Races of learning rates."
)
@click.option("--device", default="", help="cpu, cuda or mps.  [default: the best there is]")
@click.option("--memory", type=click.FloatRange(min=0), default=0.0, help="GiB after which it is ended.")
@click.option("--seconds", type=click.FloatRange(min=0), default=0.0, help="After which it is ended.")
@click.option("--json", "as_json", is_flag=True, help="Figures, curves and findings as JSON.")
@click.option("--init", type=click.Path(path_type=Path), help="Write a commented example to this new file.")
@language_option
@journal_option
@fail_option
def probe(
    target: str | None, config: Path | None, settings: tuple[str, ...], budget: int, only: tuple[str, ...],
    seeds: int, device: str, memory: float, seconds: float, as_json: bool, init: Path | None,
    lang: str | None, fail_on: str | None,
) -> int:  # fmt: skip
    """Probe TARGET: a built-in task (digits) or FILE.py:FUNCTION that returns a training.

    The training runs in a process of its own, in small steps; nothing of yours is changed. Ctrl-C ends with
    what was measured so far.
    """
    from advisor.probe.request import Request
    from advisor.probe.settings import read_settings

    language = language_of(lang)
    if init is not None:
        return _init(init)
    if target is None:
        raise UsageError(
            "There is nothing to probe.",
            "'advisor probe digits' probes a built-in task, FILE.py:FUNCTION yours; --init FILE writes one.",
        )
    request = Request(
        target, read_settings(config, settings), only, budget, seeds=seeds, device=device,
        memory=int(memory * 2**30), seconds=seconds,
    )  # fmt: skip
    outcome, interrupted = _probe(request)
    if interrupted and not outcome.figures:
        from advisor.report.probing import NOTHING_YET

        echo(NOTHING_YET.in_(language), err=True)
        return INTERRUPTED
    assessment = _assess(outcome, lang)
    from advisor.report.probing import probe_json, probe_text

    if as_json:
        echo(probe_json(outcome, assessment, language))
    else:
        echo(probe_text(outcome, assessment, language, colour=colour()), nl=False)
    return INTERRUPTED if interrupted else exit_code([assessment], fail_on)


def _probe(request: "Request") -> "tuple[Outcome, bool]":
    """Runs the probe with a line of progress on standard error; Ctrl-C keeps what was measured."""
    from advisor.probe.launch import Launched
    from advisor.probe.outcome import Outcome

    outcome = Outcome(request.target)
    launched = Launched(request, Path.cwd())
    interrupted = False
    heard = iter(launched)
    while True:
        try:
            told = next(heard)
        except StopIteration:
            break
        except KeyboardInterrupt:
            interrupted = True
            launched.stop()
            continue
        outcome.take(told)
        if sys.stderr.isatty() and told.kind in ("begins", "steps"):
            over_line(f"{told.done}/{told.of}  {told.check}")
    if sys.stderr.isatty():
        over_line()
    return outcome, interrupted


def _assess(outcome: "Outcome", lang: str | None) -> "Assessment":
    """The probe as a run, diagnosed and remembered like any other."""
    session = open_session(lang)
    assessment = session.assess(outcome.run())
    session.remember([assessment])
    return assessment


def _init(path: Path) -> int:
    from advisor.probe.skeleton import SKELETON
    from advisor.text import clean_line

    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(SKELETON)
    except FileExistsError:
        raise UsageError(
            f"{clean_line(str(path))} exists and is left as it is.", "Name a new file."
        ) from None
    except OSError as error:
        raise UsageError(f"{clean_line(str(path))} cannot be written ({error.strerror}).", "") from None
    echo(f"Wrote {clean_line(str(path))}. Fill it in, then: advisor probe {clean_line(str(path))}:training")
    return 0
