"""One training, told in the words of one program or another."""

from advisor.readers import Source, read_source
from advisor.run import Role

STEPS = range(1, 7)


def train(i):
    return round(2.3 / i, 4)


def val(i):
    return round(2.5 / i, 4)


def read(text, name="train.log"):
    (run,) = read_source(Source(name, content=text.encode()))
    return run


def lines(form):
    return "".join(form(i) for i in STEPS)


def curve(run, name):
    return next(series for series in run if series.name == name)


def both_losses(run):
    return run.main(Role.TRAIN_LOSS).y.tolist(), run.main(Role.VAL_LOSS).y.tolist()


EXPECTED = [train(i) for i in STEPS], [val(i) for i in STEPS]
