"""Every command, registered; and how a command's faults are told."""

import os
import sys
from typing import cast

import click

from advisor.cli import agents, conversation, knowledge, logs, memory, probe, records, rules, training, tune
from advisor.cli.common import say_error
from advisor.cli.group import cli
from advisor.errors import INTERRUPTED, AdvisorError

__all__ = [
    "agents",
    "cli",
    "code_of",
    "conversation",
    "knowledge",
    "logs",
    "memory",
    "probe",
    "records",
    "rules",
    "run",
    "training",
    "tune",
]


def run() -> int:
    """Runs the command that the command line names; every fault becomes one sentence and an exit code."""
    try:
        return cast(int, cli.main(prog_name="advisor", standalone_mode=False) or 0)
    except (Exception, KeyboardInterrupt) as error:
        return code_of(error)


def code_of(error: BaseException) -> int:
    """Tells a fault in one sentence; returns the exit code.

    Raises:
        BaseException: `error`, where it is none of those that a user can do something about.
    """
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.ClickException():
            error.show()
            return error.exit_code
        case AdvisorError():
            say_error(error)
            return error.exit_code
        case KeyboardInterrupt() | click.Abort():
            return INTERRUPTED
        case BrokenPipeError():
            # The reader of our output has gone; Python would complain once more while closing.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
    raise error
