"""Says what a text without a curve holds instead: the settings of a training."""

from advisor.errors import UnreadableError
from advisor.readers.base import Source
from advisor.readers.decode import decode
from advisor.readers.lines import lines_of
from advisor.readers.printed_config import printed_hyperparameters
from advisor.redact import is_secret_name
from advisor.run import Hyperparameter
from advisor.text import clean_line

_FEWEST = 2
_SHOWN = 5
_LONGEST_VALUE = 30


def settings_alone(source: Source) -> UnreadableError | None:
    """The sentence for a file of settings; None where not two of the field's are in its first bytes."""
    found: dict[str, Hyperparameter] = {}
    for line in lines_of(decode(source.head).text):
        found |= {h.name: h for h in printed_hyperparameters(line) if h.role and not is_secret_name(h.name)}
    if len(found) < _FEWEST:
        return None
    shown = ", ".join(
        f"{h.name} {clean_line(str(h.value), _LONGEST_VALUE)}" for h in [*found.values()][:_SHOWN]
    )
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return UnreadableError(
        f"'{clean_line(source.label)}' holds settings ({shown}{more}), but no curve.",
        "Name the log that the training wrote, or have it run and read: advisor run -- python train.py",
    )
