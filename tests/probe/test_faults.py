"""Planted faults are named by the checks that look for them; unbroken models are not blamed."""

import pytest

from advisor.diagnosis.finding import Severity
from tests.measure.probe import CHEAP, TRAINED, found
from tests.measure.probe_faults import FAULTS, MODELS


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_named(fault):
    named = found(fault(MODELS["dense"]()).probe(), TRAINED.get(fault.__name__, CHEAP), 700)
    assert FAULTS[fault] & named.keys()


@pytest.mark.parametrize("model", MODELS)
def test_an_unbroken_model_is_not_blamed(model):
    named = found(MODELS[model]().probe(), CHEAP)
    assert not [problem for problem, severity in named.items() if severity >= Severity.WARNING]
