"""Single changes follow the shape of the curve; what a curve foretells is as good as seen."""

from optuna.distributions import FloatDistribution, IntDistribution

from advisor.tune.evidence import read
from advisor.tune.gaussian import Knowledge, propose
from advisor.tune.moves import moves_from
from advisor.tune.space import Space

SPACE = Space.of({"lr": FloatDistribution(1e-5, 1.0, log=True), "epochs": IntDistribution(2, 20)})
HERE = {"lr": 0.01, "epochs": 20}


def strongest_rate(curve):
    reading = read(HERE, curve[-1], {"val_loss": curve}, "min")
    return next(move for move in moves_from(SPACE, HERE, reading) if move.name == "lr")


def test_an_even_curve_speaks_for_longer_steps_and_an_uneven_one_for_shorter():
    even = [1.0, 0.7, 0.6, 0.57, 0.555, 0.55, 0.548, 0.547]
    uneven = [1.0, 0.7, 0.6, 0.57, 0.555, 0.559, 0.551, 0.554]
    assert strongest_rate(even).up
    assert not strongest_rate(uneven).up


def test_a_flat_curve_is_not_even():
    assert not read(HERE, 0.5, {"val_loss": [1.0, 0.5, 0.5, 0.5]}, "min").even


def test_what_is_foreseen_of_a_shorter_training_draws_the_proposal_there():
    known = Knowledge(HERE, HERE, [])
    seen = [(HERE, 0.0), ({"lr": 0.5, "epochs": 20}, 2.0)]
    taken = {SPACE.key(config) for config, _ in seen}
    plain = propose(SPACE, known, seen, taken, 0)
    told = propose(SPACE, known, seen, taken, 0, foreseen=[({"lr": 0.01, "epochs": 6}, -0.5)])
    assert plain["epochs"] > 10
    assert told["epochs"] < 10
