"""The command line: one short function per command. Rooms are imported by the commands that need them."""

import os
import sys
from typing import cast

import click

from advisor.cli import conversation, knowledge, logs, memory, probe, records, rules, training, tune
from advisor.cli.common import INTERRUPTED, say_error
from advisor.cli.group import cli
from advisor.errors import AdvisorError

__all__ = [
    "cli",
    "conversation",
    "knowledge",
    "logs",
    "main",
    "memory",
    "probe",
    "records",
    "rules",
    "training",
    "tune",
]


def main() -> int:
    """The console script: runs a command and turns every fault into one sentence and an exit code."""
    if "OPENBLAS_NUM_THREADS" not in os.environ:
        # Threads of linear algebra that wait for work double the cost of importing numpy. Only this process
        # is told: a training is given `os.environ`, which stays the user's own.
        os.putenv("OPENBLAS_NUM_THREADS", "1")
    try:
        return cast(int, cli.main(prog_name="advisor", standalone_mode=False) or 0)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except AdvisorError as error:
        say_error(error)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain once more while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
