"""What was said lately is known again, and what was said long ago is not."""

from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from advisor.readers import drafts
from advisor.readers.drafts import Recent
from advisor.readers.fields import Template, template
from advisor.readers.records import Record
from advisor.readers.stretches import Part

NEAR = 6
LOSS, ACCURACY = template(("loss ", "")), template(("acc ", ""))


def record(said: Template, line: int) -> Record:
    """A record whose value is its line."""
    return Record(line, said, (float(line),), (None,))


def rows(said: Template, lines: list[int]) -> Part:
    at = np.array(lines)
    return Part(said, at, (at.astype(float),), (None,), None)


@given(st.lists(st.one_of(st.just("record"), st.lists(st.booleans(), min_size=1, max_size=9)), max_size=12))
def test_the_last_records_are_known_and_no_others(written):
    """Records one by one, or rows of two kinds by turns (which of them, by line)."""
    with patch.object(drafts, "_LOOK_BACK", NEAR):
        recent, said = Recent(), []
        for one in written:
            line = len(said) + 1
            if one == "record":
                recent.add(record(LOSS, line))
                said.append(LOSS)
                continue
            kinds = {
                kind: [line + i for i, is_loss in enumerate(one) if is_loss == (kind is LOSS)]
                for kind in (LOSS, ACCURACY)
            }
            recent.add_rows([rows(kind, lines) for kind, lines in kinds.items() if lines])
            said += [LOSS if is_loss else ACCURACY for is_loss in one]
        for line, kind in enumerate(said, start=1):
            assert recent.hold(record(kind, line)) == (line > len(said) - NEAR), line
            assert not recent.hold(record(ACCURACY if kind is LOSS else LOSS, line))
