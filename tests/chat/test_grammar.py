import pytest

from advisor.chat.grammar import GrammarError, Template, expand, parse
from advisor.chat.grammar import templates as shipped

FILLERS = {"hp": ("lr", "dropout")}


def drawn(line, language="en", most=100):
    return set(expand(Template("x", language, line, 1), most, FILLERS, seed=0))


def test_alternatives_and_what_may_be_left_out():
    assert drawn("(set|change) it( now|)") == {"set it", "change it", "set it now", "change it now"}
    assert drawn("runs?") == {"run", "runs"}
    assert drawn("optimi[sz]e") == {"optimise", "optimize"}
    assert drawn("(big|small)?batch") == {"bigbatch", "smallbatch", "batch"}
    assert drawn("(a (b|c)|d)") == {"a b", "a c", "d"}


def test_slots_are_filled_and_marks_taken_as_they_are():
    assert drawn("lower {hp}") == {"lower lr", "lower dropout"}
    assert drawn(r"really\?") == {"really?"}
    assert drawn(r"f\(x\|y\)") == {"f(x|y)"}


def test_a_heard_sentence_is_itself():
    assert drawn("why (really)?", language="heard") == {"why (really)?"}


def test_the_same_seed_draws_the_same():
    template = Template("x", "en", "(a|b|c|d)(e|f|g|h)", 1)
    assert expand(template, 5, {}, seed=4) == expand(template, 5, {}, seed=4)
    assert expand(template, 5, {}, seed=4) != expand(template, 5, {}, seed=5)


@pytest.mark.parametrize("line", ["(a|b", "a)", "[ab", "{hp"])
def test_what_is_not_closed_is_told_with_its_column(line):
    with pytest.raises(GrammarError, match=r"olumn \d"):
        parse(line)


def test_a_slot_without_a_list_is_told():
    with pytest.raises(GrammarError, match="no_such"):
        drawn("{no_such}")


def test_every_shipped_template_parses():
    for template in shipped():
        if template.language != "heard":
            parse(template.line)
