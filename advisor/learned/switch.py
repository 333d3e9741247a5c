"""Whether the effect model weighs the advice: ADVISOR_LEARNED=off leaves all of it to the rules."""

import os

SETTING = "ADVISOR_LEARNED"
_OFF = ("off", "0", "no", "false")


def learned_is_on() -> bool:
    """What ADVISOR_LEARNED says; on where it says nothing."""
    return os.environ.get(SETTING, "").strip().lower() not in _OFF
