"""What an answer is made from: the session, and what the conversation was about so far."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from advisor.advice.assessment import Assessment
from advisor.advice.change import Change
from advisor.chat.reply import Action, Block, FindingBlock, Paragraph, Reply
from advisor.diagnosis.finding import Finding
from advisor.report.parts import finding_parts
from advisor.text import Language

if TYPE_CHECKING:
    from advisor.session import Session


MOST_PROPOSALS = 3
"""More choices than this are no advice."""


@dataclass
class Dialogue:
    """What the conversation was about so far.

    Attributes:
        language: Of the next answer.
        pinned: Whether the user asked for that language, so that it no longer follows the utterance.
        waiting: What a yes would do; given up by every turn that is not a yes.
        subject: The finding last spoken of.
        proposals: The changes last shown, in the order shown.
        choices: Names of the intents offered in a question back.
        question: The utterance that the question back was about.
        kept: Roles that the user does not want changed.
        noted: What the user told, by role.
    """

    language: Language = "en"
    pinned: bool = False
    waiting: Action | None = None
    subject: Finding | None = None
    proposals: tuple[Change, ...] = ()
    choices: tuple[str, ...] = ()
    question: str = ""
    kept: set[str] = field(default_factory=set)
    noted: dict[str, float | str] = field(default_factory=dict)


@dataclass
class Context:
    """One turn: the session, the dialogue, and ways to answer."""

    session: "Session"
    dialogue: Dialogue

    @property
    def language(self) -> Language:
        """Of the answer."""
        return self.dialogue.language

    @property
    def current(self) -> Assessment | None:
        """The run spoken of."""
        return self.session.current

    def pick(self, en: str, zh: str) -> str:
        """The text in the language of the answer."""
        return zh if self.language == "zh" else en

    def say(self, *blocks: Block | str, action: Action | None = None) -> Reply:
        """An answer; strings become paragraphs, empty ones are left out."""
        shown = tuple(Paragraph(self._joined(b)) if isinstance(b, str) else b for b in blocks if b != "")
        return Reply(shown, action, self.language, waiting=self.dialogue.waiting)

    def _joined(self, text: str) -> str:
        """Chinese sentences follow one another without a space."""
        return text.replace("。 ", "。") if self.language == "zh" else text

    def ask(self, action: Action, *blocks: Block | str) -> Reply:
        """An answer that ends in a yes-or-no question; `action` is what a yes does."""
        self.dialogue.waiting = action
        return self.say(*blocks)

    def tell_finding(self, finding: Finding) -> FindingBlock:
        """A finding in its five parts; it becomes what 'why' refers to."""
        self.dialogue.subject = finding
        changes = self.open_changes()
        own = tuple(change for change in changes if change.finding.code == finding.code)
        self.dialogue.proposals = own or self.dialogue.proposals
        return FindingBlock(finding_parts(finding, own[:MOST_PROPOSALS], self.language))

    def open_changes(self) -> tuple[Change, ...]:
        """The changes of the current run, without those that the user does not want."""
        if self.current is None:
            return ()
        return tuple(c for c in self.current.changes if c.hyperparameter not in self.dialogue.kept)

    def no_run(self) -> Reply:
        """The answer where a run is needed and none is open."""
        return self.say(
            self.pick(
                "No log is open, so there is nothing to go by. Type `open PATH` with a log or a folder.",
                "还没有打开日志，没有依据可言。输入 `open 路径` 打开一个日志或文件夹。",
            )
        )
