"""The process that a probe runs in: reads what is asked from standard input, tells what happens on a pipe.

What the user's code prints goes where it always goes; the pipe is ours alone.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable

import msgspec

from advisor.errors import AdvisorError, UsageError
from advisor.memory import peak_here
from advisor.probe.request import OUT_OF_MEMORY, Request
from advisor.probe.told import Told, framed
from advisor.text import clean_line

_LOOK = 0.2
_TELL_EVERY = 0.1


def main() -> None:
    """Probe as asked; `argv[1]` is the descriptor of the pipe."""
    # Under nohup or in the background SIGINT is ignored from the start; a stop has to come through.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    pipe = int(sys.argv[1])
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=Request)
    tell = _teller(pipe)
    try:
        _probe(request, tell)
    except AdvisorError as error:
        tell(Told("refused", text=error.what, hint=error.hint))
    except KeyboardInterrupt:
        tell(Told("end", text="interrupted"))
    except Exception as error:
        from advisor.probe.running import where

        tell(Told("refused", text=where(error)))


def _probe(request: Request, tell: Callable[..., None]) -> None:
    import torch

    from advisor.probe.check import chosen_checks
    from advisor.probe.running import run_checks
    from advisor.probe.seeds import RACE, race_again
    from advisor.probe.target import load_target

    if request.memory:
        _limit_memory(request.memory)
    if request.threads:
        torch.set_num_threads(request.threads)
    torch.manual_seed(request.seed)
    probe = load_target(request.target, request.settings)
    probe.model.to(_device(request.device))
    probe.memory = request.memory
    measured: dict[str, Told] = {}
    settings = {}

    def note(told: Told) -> None:
        settings.update(told.settings)
        if told.kind == "measured":
            measured[told.check] = told
        if told.kind != "end":
            tell(told)

    run_checks(probe, chosen_checks(request.only), request.budget, request.seed, note)
    if request.seeds > 1 and RACE in measured:
        first = msgspec.structs.replace(measured[RACE], settings=settings)
        race_again(request, first, next(probe.model.parameters()).device, tell)
    tell(Told("end"))


def _device(name: str) -> str:
    """The device of that name, or the best there is where none is named.

    Raises:
        UsageError: there is no such device here.
    """
    import torch

    there = [*(["cuda"] * torch.cuda.is_available()), *(["mps"] * torch.backends.mps.is_available()), "cpu"]
    if name.partition(":")[0] not in ("", *there):
        raise UsageError(f"There is no device '{clean_line(name)}' here.", f"There is {', '.join(there)}.")
    return name or there[0]


def _teller(pipe: int) -> Callable[..., None]:
    """Writes what it is told on the pipe; of the steps only some, so that telling costs nothing."""
    out = os.fdopen(pipe, "wb")
    last = 0.0

    def tell(told: Told) -> None:
        nonlocal last
        now = time.monotonic()
        if told.kind == "steps" and now - last < _TELL_EVERY:
            return
        last = now
        out.write(framed(told))
        out.flush()

    return tell


def _limit_memory(limit: int) -> None:
    """From now on, end this process once it has taken more than `limit` bytes.

    Raises:
        UsageError: it has, before there is a training: Python and PyTorch alone take that much.
    """
    if (taken := peak_here()) >= limit:
        raise UsageError(
            f"PyTorch alone takes {taken / 2**30:.2f} GiB, more than the {limit / 2**30:.2f} it is allowed.",
            "Allow more with --memory.",
        )
    threading.Thread(target=_watch_memory, args=(limit,), daemon=True).start()


def _watch_memory(limit: int) -> None:
    while peak_here() < limit:
        time.sleep(_LOOK)
    os._exit(OUT_OF_MEMORY)


if __name__ == "__main__":
    main()
