# ruff: noqa: E501 (the lines of a log are as long as they are)
"""MXNet consoles: where a session begins anew, and where it goes on."""

import pytest

from advisor.readers import Source, read_source
from tests.readers.dialects import curve, read


def mxnet(batches, base, form="{}", epoch=0):
    return "".join(
        f"INFO:root:Epoch[{epoch}] Batch [{form.format(b)}]\tSpeed: 97.20 samples/sec\taccuracy={base + b / 1000:.4f}\n"
        for b in batches
    )


@pytest.mark.parametrize("length", [4, 200])
@pytest.mark.parametrize("form", ["{}", "0-{}"])
def test_an_mxnet_session_that_begins_the_same_epoch_again_is_a_new_run(length, form):
    batches = range(1, length)
    text = (mxnet(batches, 0.1, form) + mxnet(batches, 0.2, form)).encode()
    first, second = read_source(Source("train.log", content=text))
    assert curve(first, "accuracy").y.tolist() == pytest.approx([0.1 + b / 1000 for b in batches])
    assert curve(second, "accuracy").y.tolist() == pytest.approx([0.2 + b / 1000 for b in batches])
    assert curve(second, "accuracy").x.tolist() == list(batches)


def test_a_session_at_the_very_batch_of_the_one_before_is_told_by_its_settings():
    settings = "INFO:root:start with arguments Namespace(batch_size=64, lr=0.05, mom=0.9, optimizer='sgd', wd=0.0001)\n"
    text = settings + mxnet([50], 0.1) + settings + mxnet([50, 100], 0.2)
    assert len(read_source(Source("train.log", content=text.encode()))) == 2


def test_an_mxnet_session_that_goes_on_in_a_later_epoch_is_one_resumed_run():
    text = mxnet([50, 100], 0.1) + mxnet([50, 100], 0.2, epoch=1) + mxnet([50, 100], 0.3, epoch=1)
    assert curve(read(text), "accuracy").y.tolist() == pytest.approx([0.15, 0.2, 0.25, 0.3, 0.35, 0.4])


def test_batches_out_of_order_inside_an_epoch_are_no_new_run():
    assert curve(read(mxnet([10, 30, 20, 40], 0.1)), "accuracy").y.size == 4
