"""One chart that fills its place on the screen."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.widget import Widget

from advisor.text import Language
from advisor.tui.blocks import Frame

if TYPE_CHECKING:
    from advisor.report.axis import Scale
    from advisor.report.panels import Panel

_NEXT_SCALE: "dict[Scale, Scale]" = {"auto": "linear", "linear": "log", "log": "auto"}


class Chart(Widget, can_focus=True):
    """A panel drawn at the size that the layout gives it; drawn again only when that or the scale changes."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("l", "cycle_scale", show=False)]

    scale: "reactive[Scale]" = reactive["Scale"]("auto")

    def __init__(self, panel: "Panel", language: Language, *, ascii_only: bool = False) -> None:
        super().__init__()
        self.panel = panel
        self.language: Language = language
        self.ascii_only = ascii_only

    def show(self, panel: "Panel", language: Language, scale: "Scale") -> None:
        """Show another panel in the same place."""
        self.panel, self.language, self.scale = panel, language, scale
        self.refresh()

    def render(self) -> RenderResult:
        """The legend and the chart, as large as the widget."""
        from advisor.tui.pictures import panel_content

        frame = Frame(self.size.width, False, self.language, self.ascii_only)
        return panel_content(self.panel, frame, self.size.height, scale=self.scale)

    def action_cycle_scale(self) -> None:
        """Automatic, linear, logarithmic, in turn."""
        self.scale = next_scale(self.scale)

    def as_text(self) -> str:
        """The chart in words."""
        return self.panel.as_text(self.language)


def next_scale(scale: "Scale") -> "Scale":
    """The scale after this one."""
    return _NEXT_SCALE[scale]
