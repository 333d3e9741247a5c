"""Typing errors are read as what was meant; names that are nobody's error stay as they are."""

import pytest

from advisor.chat.typos import distance, mended, nearest
from advisor.chat.understand import understand

SURE = {
    "shoud i lower the lerning rate?": "choose_lr",
    "is it overfiting": "diagnose",
    "why is the trainig loss oscilating": "diagnose",
    "explian momentm": "explain_concept",
    "what is the best valdation los": "query_value",
}


@pytest.mark.parametrize(
    ("first", "second", "apart"), [("bacth", "batch", 1), ("a", "", 1), ("abc", "ca", 3)]
)
def test_swapped_neighbours_count_once(first, second, apart):
    assert distance(first, second) == distance(second, first) == apart


def test_of_two_words_as_near_none_is_taken():
    assert nearest("converg", {"converge", "other"}) == "converge"
    assert nearest("converg", {"converge", "convert"}) == ""
    assert nearest("radam", {"adam", "nadam"}) == "", "it begins otherwise"
    assert nearest("trinang", {"training"}) == "", "two errors in seven letters"
    assert nearest("trinaing", {"training"}) == "training"


@pytest.mark.parametrize(
    "typed",
    [
        "set lrr=0.1",
        "open lerning.csv",
        "open runs/lerning/out",
        "radam or lars",
        "学习率 lerning2",
        "use --dropuot 0.1",
    ],
)
def test_files_flags_and_foreign_names_stay_as_typed(typed):
    assert mended(understand(typed)).text == typed


def test_what_the_run_itself_calls_a_setting_is_no_typing_error():
    assert (
        mended(understand("lower lerning_rat", {"lerning_rat": "learning_rate"})).text == "lower lerning_rat"
    )
    assert mended(understand("lower the momentun", {"momentun": "momentum"})).text == "lower the momentun"
    assert mended(understand("lower the momentun")).text == "lower the momentum"


@pytest.mark.parametrize(("typed", "intent"), SURE.items())
def test_a_question_with_typing_errors_is_answered(talk, typed, intent):
    assert talk("overfit").reply(typed).intent == intent


def test_a_command_with_a_typing_error_is_still_asked_about(talk, project):
    answer = talk("osc").reply("aply 1")
    assert answer.waiting is not None, "nothing is written before a yes"
