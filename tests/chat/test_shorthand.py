"""Careless English is read as a dictionary has it; names of files and Chinese stay as they are."""

import pytest

from advisor.chat.shorthand import without_contractions, written_out
from advisor.chat.understand import understand


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("whats wrong lol", "what's wrong"),
        ("dont touch it pls", "don't touch it please"),
        ("dude, its sooo slow man", "its so slow"),
        ("run it w/ 20 epochs", "run it with 20 epochs"),
        ("im on adam w/o warmup tbh", "i'm on adam without warmup"),
        ("can’t you see", "can't you see"),
        ("wtf is momentum", "what is momentum"),
        ("lol", "lol"),
        ("zzz", "zzz"),
        ("hmm ok", "hmm ok"),
        ("open ur.csv and logs/im-run/u.log", "open ur.csv and logs/im-run/u.log"),
        ("loss_im dont", "loss_im don't"),
        ("学习率 dont 动 lol", "学习率 don't 动"),
    ],
)
def test_shorthand_is_written_out(typed, meant):
    assert written_out(typed) == meant


def test_contractions_are_read_in_full():
    assert without_contractions("what's up, it isn't down, i can't and won't, let's") == (
        "what is up, it is not down, i can not and will not, let us"
    )


@pytest.mark.parametrize("typed", ["DONT change the LR", "don’t change the lr", "dont change the lr man"])
def test_an_utterance_is_matched_written_out(typed):
    assert understand(typed).folded == "don't change the lr"
