"""What the process of a probe is asked."""

import msgspec

from advisor.run import Scalar

OUT_OF_MEMORY = 77
"""Exit code of a probe that took more memory than it was allowed."""


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """One probe.

    Attributes:
        target: A built-in task, `module:function` or `file.py:function`.
        settings: Arguments for it.
        only: Names of checks; empty for all.
        budget: Training steps in all.
        seeds: How many races of learning rates, each from a start of its own.
        seed: Of everything random.
        device: `cpu`, `cuda`, `mps`; the best there is where empty.
        memory: Bytes of main memory after which it is ended; 0 for no limit.
        seconds: After which it is ended, counted from when the training is made; 0 for no limit.
        threads: Of torch; 0 for as many as it likes.
    """

    target: str
    settings: dict[str, Scalar] = {}
    only: tuple[str, ...] = ()
    budget: int = 1000
    seeds: int = 1
    seed: int = 0
    device: str = ""
    memory: int = 0
    seconds: float = 0.0
    threads: int = 0
