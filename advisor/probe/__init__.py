"""Short instrumented trainings that answer what a log cannot.

One file per check in `checks`, the built-in tasks in `tasks`. `running` runs checks in this process, on the
user's own objects, and leaves those as they were; `launch` runs them in a process of their own. `watch`
writes a few of their figures while a training of the user's own runs.
"""

from advisor.probe.recorder import Recorder, watch
from advisor.probe.target import Probe

__all__ = ["Probe", "Recorder", "watch"]
