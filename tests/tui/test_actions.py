"""The action registry: what the keys, the commands, the palette and the help are all made from."""

from collections import Counter

import pytest

from advisor.chat.reply import FindingBlock
from advisor.tui.actions import (
    ACTIONS,
    ASK,
    BY_ID,
    GROUPS,
    UNSAFE_KEYS,
    State,
    by_slash,
    completions,
    nearest,
)
from advisor.tui.app import AdvisorApp
from advisor.tui.commands import Commands
from advisor.tui.screens.help import help_content

OPENED = State(run=True, runs=2, changes=True, command=True)


def test_ids_commands_and_keys_are_given_once():
    assert not [name for name, n in Counter(a.id for a in ACTIONS).items() if n > 1]
    assert not [
        name for name, n in Counter(n for a in ACTIONS for n in (a.slash, *a.aliases) if n).items() if n > 1
    ]
    assert not [key for key, n in Counter(k for a in ACTIONS for k in a.keys).items() if n > 1]
    assert not [key for key, n in Counter(k for a in ACTIONS for k in a.chart_keys).items() if n > 1]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_is_explained_in_both_languages_and_does_something(action):
    assert action.group in GROUPS
    for text in (action.title, action.help):
        assert text.en
        assert text.zh
        assert text.en != text.zh
    assert action.handler == ASK or callable(getattr(Commands, f"do_{action.handler}"))
    assert action.slash or action.keys or action.chart_keys
    for language in ("en", "zh"):
        page = help_content(language, 200).plain
        assert action.help.in_(language) in page


def test_no_key_is_one_that_a_terminal_or_a_multiplexer_takes():
    bound = {binding.key for binding in AdvisorApp.BINDINGS} | {
        key for action in ACTIONS for key in (*action.keys, *action.chart_keys)
    }
    assert bound
    assert not bound & UNSAFE_KEYS
    assert not [key for key in bound if key.startswith("alt+")]


def test_commands_are_found_by_name_alias_and_beginning():
    assert by_slash("/open") is by_slash("READ") is BY_ID["open"]
    assert by_slash("/nothing") is None
    assert nearest("/opne") is BY_ID["open"]
    assert nearest("/zzzzzz") is None
    assert [a.id for a in completions("/un", State())] == ["undo"]
    assert {a.id for a in completions("/", State())} == {a.id for a in ACTIONS if a.slash}


def test_what_is_not_possible_says_why_and_is_offered_last():
    nothing = State()
    assert BY_ID["apply"].obstacle(nothing) == "needs changes"
    assert BY_ID["rerun"].obstacle(nothing) == "needs command"
    assert BY_ID["findings"].obstacle(nothing) == "needs run"
    assert not any(action.obstacle(OPENED) for action in ACTIONS)
    order = [bool(action.obstacle(nothing)) for action in completions("/", nothing)]
    assert order == sorted(order)
    assert any(order)


def test_the_commands_that_the_conversation_answers_are_known_to_it(opened_conversation):
    for action in ACTIONS:
        if action.handler == ASK and action.id not in ("undo", "rerun", "compare"):
            argument = {"explain": "overfitting", "apply": "1", "set": "lr 0.1"}.get(action.id, "")
            reply = opened_conversation.reply(f"/{action.slash} {argument}".strip())
            said = reply.plain()
            assert said
            assert "no command" not in said
            assert "needs something else" not in said
    assert any(isinstance(block, FindingBlock) for block in opened_conversation.reply("/findings").blocks)
