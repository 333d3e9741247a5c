"""One chart that fills its place on the screen: keys and mouse move a cursor, zoom and pan."""

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset, Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from advisor.report.view import PLAIN_VIEW, AxisKind, Scale, View
from advisor.text import Language
from advisor.tui.actions import ACTIONS
from advisor.tui.frame import Frame

if TYPE_CHECKING:
    from advisor.report.panels import Panel

_WHEEL = 1.25
_FLAT_ROWS = 5


class Chart(Widget, can_focus=True):
    """A panel drawn at the size that the layout gives it; drawn again only when that or its view changes.

    Attributes:
        logged: The panel on the x axis that its curves were logged with.
        panel: The same as it is drawn.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(action.chart_keys), f"app.act('{action.id}')", show=False, id=f"chart.{action.id}")
        for action in ACTIONS
        if action.chart_keys
    ]

    view: reactive[View] = reactive(PLAIN_VIEW)
    kind: reactive[AxisKind | None] = reactive[AxisKind | None](None)

    class Moved(Message):
        """The stretch, the cursor or the smoothing changed; other charts may follow.

        Attributes:
            chart: Which changed.
        """

        def __init__(self, chart: "Chart") -> None:
            super().__init__()
            self.chart = chart

    class Opened(Message):
        """The chart is to fill the screen.

        Attributes:
            chart: Which.
        """

        def __init__(self, chart: "Chart") -> None:
            super().__init__()
            self.chart = chart

    def __init__(self, panel: "Panel", language: Language, *, ascii_only: bool = False) -> None:
        super().__init__()
        self.logged = panel
        self.panel = panel
        self.language: Language = language
        self.ascii_only = ascii_only
        self._dragged: Offset | None = None

    def show(self, panel: "Panel", language: Language) -> None:
        """Show another panel in the same place."""
        self.logged, self.language = panel, language
        self.panel = panel.on(self.kind)
        flat = panel.is_flat
        if flat != self.has_class("-flat"):
            self.set_class(flat, "-flat")
            for chart in self._held_together:
                chart.refresh(layout=True)
        self.refresh()

    @property
    def _held_together(self) -> "list[Chart]":
        """The charts that share the height of what holds this one."""
        return (
            [chart for chart in self.parent.children if isinstance(chart, Chart)] if self.parent else [self]
        )

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Its share of what holds it: curves of one value take few rows, other charts share the rest."""
        held = self._held_together
        flat = sum(chart.has_class("-flat") for chart in held)
        if self.has_class("-flat"):
            return _FLAT_ROWS
        # Each has an empty row below it; that of this one is taken off `container` by now.
        return (container.height + 1 - flat * (_FLAT_ROWS + 1)) // (len(held) - flat) - 1

    def watch_kind(self, kind: AxisKind | None) -> None:
        """Another x axis: what was zoomed into and pointed at has no place on it."""
        self.panel = self.logged.on(kind)
        self.set_reactive(Chart.view, replace(self.view, x_range=None, cursor=None))

    @property
    def x_kind(self) -> AxisKind | None:
        """What the x axis counts; None where nothing is drawn."""
        return self.panel.curves[0].x_kind if self.panel.curves else None

    def follow(self, other: "Chart") -> None:
        """Take over stretch, cursor and smoothing of a chart with the same x axis."""
        if other.x_kind == self.x_kind:
            seen = other.view
            self.view = replace(self.view, x_range=seen.x_range, cursor=seen.cursor, smoothing=seen.smoothing)

    def look(self, view: View) -> None:
        """Look otherwise, and let the other charts follow."""
        if view != self.view:
            self.view = view
            self.post_message(self.Moved(self))

    def set_scale(self, scale: Scale) -> None:
        """Draw on another value axis."""
        self.view = replace(self.view, scale=scale)

    def render(self) -> RenderResult:
        """The legend or the cursor's values, and the chart, as large as the widget."""
        return self._drawn(self.size.height)

    def as_text(self) -> str:
        """The chart in words."""
        return self.panel.as_text(self.language)

    def as_drawn(self) -> str:
        """The chart in characters as it stands on the screen, and then in words."""
        rows = str(self._drawn(self.size.height or 16)).splitlines()
        return "\n".join([*(row.rstrip() for row in rows), "", self.as_text()])

    @property
    def columns(self) -> int:
        """Columns of the plot itself."""
        from advisor.report.canvas import GUTTER

        return max(self.size.width - GUTTER, 1)

    def place_of(self, offset: Offset) -> float:
        """Where a cell of the widget lies along the x axis, 0 to 1."""
        gutter = self.size.width - self.columns
        return min(max((offset.x - gutter + 0.5) / self.columns, 0.0), 1.0)

    def on_click(self, event: events.Click) -> None:
        """The cursor goes where it was clicked; a double click fills the screen."""
        if event.chain == 2:
            self.post_message(self.Opened(self))
        else:
            from advisor.report.looking import pointed

            self.look(pointed(self.view, self.panel.curves, self.place_of(event.offset)))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Zoom in at the pointer; a chart without the focus leaves the wheel to the pane."""
        if self.has_focus:
            event.stop()
            self._wheel(event.offset, _WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Zoom out at the pointer."""
        if self.has_focus:
            event.stop()
            self._wheel(event.offset, 1 / _WHEEL)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A drag may begin."""
        self._dragged = event.offset
        self.capture_mouse()

    def on_mouse_up(self) -> None:
        """A drag ends."""
        self._dragged = None
        self.release_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the stretch along."""
        if self._dragged is None or self.view.x_range is None:
            return
        from advisor.report.looking import panned

        moved = (self._dragged.x - event.offset.x) / self.columns
        self._dragged = event.offset
        self.look(panned(self.view, self.panel.curves, moved))

    def _wheel(self, offset: Offset, factor: float) -> None:
        from advisor.report.curves import drawn_range
        from advisor.report.looking import zoomed

        curves = self.panel.curves
        start, end = drawn_range(curves, self.view)
        self.look(zoomed(self.view, curves, factor, start + self.place_of(offset) * (end - start)))

    def _drawn(self, rows: int) -> Content:
        # What draws is loaded with the first chart, after the screen stands.
        from advisor.tui.pictures import panel_content

        frame = Frame(max(self.size.width, 1), False, self.language, self.ascii_only)
        return panel_content(self.panel, frame, rows, self.view)
