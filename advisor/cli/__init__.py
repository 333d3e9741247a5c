"""The command line: one short function per command. Rooms are imported by the commands that need them."""

import atexit
import gc
import os
import sys

from advisor import __version__

_ALLOCATIONS = 50_000
"""How many objects are made between two searches for garbage, in the place of Python's own 700."""


def search_seldom() -> None:
    """Search for garbage seldom: what is loaded at the start stays, and looking took a third of an answer.

    Python also searches all there is before it ends, which nobody waits for any more.
    """
    gc.set_threshold(_ALLOCATIONS)
    atexit.register(gc.freeze)


def load_lightly() -> None:
    """What has to be settled before anything is imported, so that a start costs little."""
    search_seldom()
    if "OPENBLAS_NUM_THREADS" not in os.environ:
        # Threads of linear algebra that wait for work double the cost of importing numpy. Only this process
        # is told: a training is given `os.environ`, which stays the user's own.
        os.putenv("OPENBLAS_NUM_THREADS", "1")
    from advisor.without import without

    with without("_hashlib"):
        # Python's own digests are the same; those of OpenSSL cost 4 MB, and whoever needs it still loads it.
        import hashlib  # noqa: F401
        import hmac  # noqa: F401


def main() -> int:
    """The console script; returns the exit code."""
    if sys.argv[1:] == ["--version"]:
        # What installers and scripts ask for most; the commands take five times as long to load.
        print(f"advisor, version {__version__}")
        return 0
    load_lightly()
    from advisor.cli.opening import are_logs_alone, open_logs

    if are_logs_alone(sys.argv[1:]):
        try:
            return open_logs(sys.argv[1:])
        except (Exception, KeyboardInterrupt) as error:
            from advisor.cli.commands import code_of

            return code_of(error)
    from advisor.cli.commands import run

    return run()
