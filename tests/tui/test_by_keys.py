"""Nothing is reachable by mouse only: whatever takes a click, the wheel or a drag takes keys as well."""

import re
from pathlib import Path

from textual.command import CommandInput, CommandList, CommandPalette
from textual.scrollbar import ScrollBar, ScrollBarCorner
from textual.widget import Widget
from textual.widgets import OptionList

import advisor.tui
from advisor.tui.actions import ACTIONS, BY_ID
from advisor.tui.screens.beside import BesideScreen
from advisor.tui.screens.help import HelpScreen
from advisor.tui.widgets.chart import Chart
from advisor.tui.widgets.conversation import ConversationView
from advisor.tui.widgets.evidence import Evidence
from advisor.tui.widgets.prompt import Completions
from tests.tui.driving import idle, opened, type_line

MOUSE = re.compile(r"def _?(on_(?:click|mouse_\w+))\(")
SAME_BY_KEYS = {
    ("chart.py", "on_click"): ("cursor-left", "cursor-right", "at", "full"),
    ("conversation.py", "on_mouse_scroll_up"): ("back",),
    ("chart.py", "on_mouse_scroll_up"): ("zoom-in",),
    ("chart.py", "on_mouse_scroll_down"): ("zoom-out",),
    ("chart.py", "on_mouse_down"): ("pan-left", "pan-right"),
    ("chart.py", "on_mouse_move"): ("pan-left", "pan-right"),
    ("chart.py", "on_mouse_up"): ("pan-left", "pan-right"),
}
"""Each place that heeds the mouse, and the actions that do the same."""
BY_OTHERS = {
    Completions: ("up", "down", "enter", "tab"),
    ConversationView: ("pageup", "pagedown"),
    CommandList: ("up", "down", "enter"),
}
"""Widgets that never have the focus, and the keys that serve them from where it is."""


def takes_mouse(widget):
    """Whether a widget that is seen answers to clicks of its own, or can be scrolled."""
    if not widget.display or not widget.region.area or isinstance(widget, ScrollBar | ScrollBarCorner):
        return False  # a scroll bar belongs to what it scrolls
    own = [kind for kind in type(widget).__mro__ if kind is not Widget and issubclass(kind, Widget)]
    clicked = any(name in vars(kind) for kind in own for name in ("on_click", "_on_click", "on_mouse_down"))
    return clicked or isinstance(widget, OptionList) or widget.show_vertical_scrollbar


def without_keys(screen):
    """The widgets of a screen that the mouse can use and the keys cannot."""
    keyed = set(screen.active_bindings)
    left = []
    for widget in screen.walk_children(Widget):
        if not takes_mouse(widget) or widget in screen.focus_chain:
            continue
        served = next((keys for kind, keys in BY_OTHERS.items() if isinstance(widget, kind)), None)
        if isinstance(widget, Evidence):
            # It scrolls along with the chart that has the focus.
            served = () if all(c in screen.focus_chain for c in widget.query(Chart)) else None
        if isinstance(screen, BesideScreen):
            served = ("pageup", "pagedown")
        if served is None or not {"enter", *keyed}.issuperset(served):
            left.append(widget)
    return left


def test_every_handler_of_the_mouse_has_actions_that_do_the_same():
    folder = Path(advisor.tui.__file__).parent
    found = {(file.name, name) for file in folder.rglob("*.py") for name in MOUSE.findall(file.read_text())}
    assert found == set(SAME_BY_KEYS)
    for actions in SAME_BY_KEYS.values():
        assert all(BY_ID[name].keys or BY_ID[name].chart_keys or BY_ID[name].slash for name in actions)


def test_every_action_has_a_key_or_a_command():
    assert [a.id for a in ACTIONS if not (a.keys or a.chart_keys or a.slash)] == []


async def test_on_every_screen_what_takes_the_mouse_takes_keys(make_app, project, first_log):
    rows = "".join(f"{i},{1 / (i + 1)},{1.1 / (i + 1)}\n" for i in range(30))
    (project.folder / "second.csv").write_text("epoch,loss,val_loss\n" + rows, encoding="utf-8")
    both = (first_log, str(project.folder / "second.csv"))
    async with make_app(*both).run_test(size=(120, 30)) as pilot:
        app = pilot.app
        await opened(pilot)
        await type_line(pilot, "/findings")
        await idle(pilot)
        assert app.view.show_vertical_scrollbar
        seen = {"main": without_keys(app.screen)}
        await pilot.press("/")
        assert app.completions.display
        seen["completions"] = without_keys(app.screen)
        await pilot.press("escape", "escape")
        await type_line(pilot, "/apply 1")
        await idle(pilot)
        assert app.turns.asking
        seen["question"] = without_keys(app.screen)
        await pilot.press("n")
        await idle(pilot)
        for opens in ("f1", "f2", "f3", "ctrl+p", "/beside 1 2", "/history"):
            await (type_line(pilot, opens) if opens.startswith("/") else pilot.press(opens))
            await pilot.pause()
            assert len(app.screen_stack) == 2, opens
            seen[opens] = without_keys(app.screen)
            await pilot.press("escape")
        assert {name: left for name, left in seen.items() if left} == {}


async def test_tab_goes_through_everything_that_can_have_the_focus(make_app, first_log):
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        app = pilot.app
        await opened(pilot)
        reached = set()
        for _ in app.screen.focus_chain:
            reached.add(app.focused)
            await pilot.press("tab")
        assert reached == set(app.screen.focus_chain)
        assert {type(widget).__name__ for widget in reached} == {"Prompt", "Findings", "Chart"}


async def test_what_only_the_mouse_could_use_would_be_seen(make_app, first_log):
    class Button(Widget):
        def on_click(self):
            pass

    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        button = Button()
        button.styles.height = 1
        await pilot.app.screen.mount(button)
        await pilot.pause()
        assert without_keys(pilot.app.screen) == [button]


async def test_help_scrolls_by_keys_and_covers_every_screen(make_app):
    async with make_app().run_test(size=(80, 24)) as pilot:
        await pilot.press("f1")
        assert isinstance(pilot.app.screen, HelpScreen)
        page = pilot.app.screen.query_one("#help")
        await pilot.press("pagedown")
        await pilot.pause(0.3)
        assert page.scroll_y > 0
        await pilot.press("f1")
        await pilot.press("ctrl+p")
        assert isinstance(pilot.app.screen, CommandPalette)
        assert isinstance(pilot.app.focused, CommandInput)
