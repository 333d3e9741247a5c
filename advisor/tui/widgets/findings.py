"""What was found: a list on wide screens, one line on narrow ones."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from advisor.text import Language
from advisor.tui.frame import MUTED
from advisor.tui.safe import foreign_line
from advisor.tui.words import say

# Severities and their looks are loaded with the first finding, after the screen stands.
if TYPE_CHECKING:
    from advisor.diagnosis.finding import Finding


class Findings(OptionList):
    """One entry for each finding, most important first; choosing one tells it in full."""

    def __init__(self) -> None:
        # It holds nothing yet, and what cannot be chosen from must not take the focus first.
        super().__init__(id="findings", markup=False, disabled=True)

    def show(self, findings: "Sequence[Finding]", language: Language, *, opened: bool) -> None:
        """Replace the entries; without a run that is opened there is nothing to say."""
        self.border_title = say("findings", language)
        chosen = self.highlighted
        self.clear_options()
        self.disabled = not findings
        self.add_options([Option(_entry(finding, language)) for finding in findings])
        if chosen is not None and chosen < len(findings):
            self.highlighted = chosen
        if opened and not findings:
            self.add_option(Option(Content.styled(say("clean", language), MUTED)))


def _entry(finding: "Finding", language: Language) -> Content:
    from advisor.tui.blocks import severity_mark

    title = foreign_line(finding.title.in_(language))
    return Content("\n").join([severity_mark(finding.severity, language), title, Content("")])


def titles_line(findings: "Sequence[Finding]", language: Language) -> Content:
    """Every finding on one line, by glyph and title, for screens too narrow for the list."""
    from advisor.report.parts import SEVERITY_GLYPH
    from advisor.tui.blocks import SEVERITY_STYLE

    pieces = [
        Content.assemble((SEVERITY_GLYPH[f.severity], SEVERITY_STYLE[f.severity]), " ", f.title.in_(language))
        for f in findings
    ]
    return Content("   ").join(pieces) if pieces else Content.styled(say("clean", language), MUTED)


def severity_counts(findings: "Sequence[Finding]", language: Language) -> Content:
    """How many findings of each severity, the worst first: `! 1 critical  ~ 2 warnings`."""
    from advisor.diagnosis.finding import Severity
    from advisor.tui.blocks import severity_mark

    counts = Counter(finding.severity for finding in findings)
    pieces = [
        severity_mark(severity, language, counts[severity])
        for severity in sorted(Severity, reverse=True)
        if counts[severity]
    ]
    return Content("  ").join(pieces) if pieces else Content.styled(say("clean", language), MUTED)
