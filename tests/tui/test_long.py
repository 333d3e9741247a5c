"""What a long conversation holds in memory: the lines of what is on the screen, not of what once was."""

import gc

from textual.strip import Strip

from tests.tui.driving import opened

TURNS = 40


async def talk(pilot, turns):
    for n in range(turns):
        pilot.app.view.say_user(f"question {n}")
        pilot.app.panes.show_finding(0)
        await pilot.pause()


def lines_held():
    gc.unfreeze()
    gc.collect()
    return sum(isinstance(thing, Strip) for thing in gc.get_objects())


async def test_the_lines_of_turns_that_were_set_aside_are_let_go(make_app, first_log):
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await talk(pilot, TURNS)
        before = lines_held()
        await talk(pilot, 2 * TURNS)
        assert lines_held() < 1.25 * before
