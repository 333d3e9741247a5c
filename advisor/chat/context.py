"""What an answer is made from: the session, and what the conversation was about so far."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from advisor.advice.assessment import Assessment
from advisor.advice.change import Change
from advisor.advice.rounding import as_number
from advisor.chat.facts import run_name, verdict
from advisor.chat.reply import Action, Block, FindingBlock, Paragraph, Reply
from advisor.chat.run_names import called_by_part
from advisor.chat.seen import seen
from advisor.chat.staging import Edit, Live, Offer
from advisor.diagnosis.finding import Finding
from advisor.journal.told import Word, kept_roles
from advisor.report.left_alone import left_alone_sentence
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
        tried: What the user reported of values that were tried.
        noted: What the user told, by role.
        offers: Proposals on the table that are no changes of the open run.
        staged: What was agreed on and is written nowhere, oldest first.
        live: The training that runs now, if any.
        asked_for: The role that the last question of ours asked a value of.
        said: What advisor said last.
        past: Everything that was said before on both sides.
        llm: The language model that the user named or switched off in words; None where neither.
        sent: What was last sent to it.
        told: Codes of the findings that were told in full.
        offered: Numbers of the changes that were shown.
        before: The intent of the answer before this turn; empty at the beginning.
        asked_before: What that answer answered, as typed.
        given: The answer last given in full, by intent.
        cited: What the answer of this turn rests on beside the log: what states it, and the sentence.
        picked: The open runs that were last picked out of all.
        pointed: The run that 'its' means after a ranking; given up by a turn that does not speak of it.
        left: The run that was spoken of before the present one.
        value: The curve and the point that were last told: its name and the place on its axis.
    """

    language: Language = "en"
    pinned: bool = False
    waiting: Action | None = None
    subject: Finding | None = None
    proposals: tuple[Change, ...] = ()
    choices: tuple[str, ...] = ()
    question: str = ""
    kept: set[str] = field(default_factory=set)
    tried: list[Word] = field(default_factory=list)
    noted: dict[str, float | str] = field(default_factory=dict)
    offers: tuple[Offer, ...] = ()
    staged: list[Edit] = field(default_factory=list)
    live: Live | None = None
    asked_for: str | None = None
    said: str = ""
    past: tuple[str, ...] = ()
    llm: str | None = None
    sent: str = ""
    told: set[str] = field(default_factory=set)
    offered: set[int] = field(default_factory=set)
    before: str = ""
    asked_before: str = ""
    given: dict[str, tuple[Block, ...]] = field(default_factory=dict)
    cited: list[tuple[str, str]] = field(default_factory=list)
    picked: tuple[Assessment, ...] = ()
    pointed: Assessment | None = None
    left: Assessment | None = None
    value: tuple[str, float] | None = None

    def forget_run(self) -> None:
        """Another run is spoken of from now on."""
        self.subject, self.proposals = None, ()
        self.told, self.offered, self.given, self.value = set(), set(), {}, None


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

    @property
    def own_names(self) -> Mapping[str, str]:
        """What the open run calls its hyperparameters, where no plain word is called so; role by name.

        `depth` is that of the trees where the run has no other.
        """
        if self.current is None:
            return {}
        run = self.current.run
        found = {h.name.lower().rpartition(".")[2].lstrip("-"): h.role for h in run.hyperparameters}
        own = {
            name: role
            for name, role in found.items()
            if role and ("_" in name or (role == "learning_rate" and name != "rate"))
        }
        if "max_depth" in own.values() and "layers" not in found.values():
            own |= dict.fromkeys(("depth", "深度", "层数"), "max_depth")
        return own

    def recall(self) -> None:
        """Takes up what the user said of this project's hyperparameters in earlier sessions."""
        told = self.session.told
        self.dialogue.kept |= kept_roles(told)
        self.dialogue.tried = [word for word in told if word.outcome != "keep"]

    def take_word(self, word: Word) -> None:
        """Remembers what the user says of a hyperparameter, now and for later sessions."""
        self.session.tell(word)
        if word.outcome == "keep":
            self.dialogue.kept.add(word.role)
        else:
            same = [w for w in self.dialogue.tried if (w.role, w.value) == (word.role, word.value)]
            self.dialogue.tried = [*(w for w in self.dialogue.tried if w not in same), word]

    def pick(self, en: str, zh: str) -> str:
        """The text in the language of the answer."""
        return zh if self.language == "zh" else en

    def say(self, *blocks: Block | str, action: Action | None = None, act: str = "") -> Reply:
        """An answer; strings become paragraphs, empty ones are left out.

        Args:
            blocks: What to show.
            action: What the front end is to do.
            act: The action's public name where it is not the intent's usual one (`ask`, `refuse`).
        """
        shown = tuple(Paragraph(self._joined(b)) if isinstance(b, str) else b for b in blocks if b != "")
        return Reply(shown, action, self.language, waiting=self.dialogue.waiting, act=act)

    def stage(self, edits: Sequence[Edit], *blocks: Block | str) -> Reply:
        """Notes edits that no file holds, and says so."""
        self.dialogue.staged.extend(edits)
        self.dialogue.offers = ()
        listed = "; ".join(edit.headline for edit in edits)
        kept = self.pick(
            "No file was changed and nothing was started; `undo` takes it back.",
            "没有改动文件，也没有启动任何东西；`undo` 撤销。",
        )
        return self.say(self.pick(f"Staged: {listed}.", f"已暂存：{listed}。"), *blocks, kept)

    def cite(self, source: str, sentence: str) -> str:
        """The sentence, noted with what states it: its figures stand in no log and in no rule."""
        if sentence:
            self.dialogue.cited.append((source, sentence))
        return sentence

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
        self.dialogue.told.add(finding.code)
        changes = self.open_changes()
        own = tuple(change for change in changes if change.serves(finding.code))
        self.dialogue.proposals = own or self.dialogue.proposals
        self.dialogue.offered |= {change.number for change in own[:MOST_PROPOSALS]}
        parts = finding_parts(finding, own[:MOST_PROPOSALS], self.language)
        return FindingBlock(replace(parts, evidence=(*self.seen(finding), *parts.evidence)))

    def spoken_of(self) -> Finding | None:
        """The finding that 'it' means: the one last spoken of, else the run's verdict."""
        if self.current is None:
            return None
        found = {finding.code: finding for finding in self.current.findings}
        subject = self.dialogue.subject
        if subject is not None and subject.code in found:
            return found[subject.code]
        return verdict(self.current)

    def on_the_table(self) -> tuple[Change, ...]:
        """The changes that 'it' may mean: those last shown, else those that are open; none of another run."""
        open_changes = self.open_changes()
        numbers = {change.number for change in self.dialogue.proposals}
        return tuple(change for change in open_changes if change.number in numbers) or open_changes

    def seen(self, finding: Finding) -> tuple[str, ...]:
        """What the finding looks like in the current run: values and where they stand."""
        return () if self.current is None else seen(self.current, finding, self.language)

    def named_runs(self, text: str) -> list[Assessment]:
        """The open runs that `text` calls by name, in the order they are called."""
        found = []
        for item in self.session.assessments:
            name = re.escape(run_name(item.run).lower())
            match = re.search(rf"(?<![a-z0-9_]){name}(?![a-z0-9_])", text.lower())
            if match:
                found.append((match.start(), item))
        whole = [item for _, item in found]
        found += [
            hit for hit in called_by_part(self.session.assessments, text.lower()) if hit[1] not in whole
        ]
        return [item for _, item in sorted(found, key=lambda hit: hit[0])]

    def open_changes(self) -> tuple[Change, ...]:
        """The changes of the current run that the user has not excluded; what was tried comes last."""
        if self.current is None:
            return ()
        left = [
            self._with_told(c) for c in self.current.changes if c.hyperparameter not in self.dialogue.kept
        ]
        return tuple(sorted(left, key=lambda change: self.reported(change) is not None))

    def _with_told(self, change: Change) -> Change:
        """The change from the value that the user told, where the log has none."""
        told = self.dialogue.noted.get(change.hyperparameter or "")
        if change.before is not None or change.factor is None or not isinstance(told, (int, float)):
            return change
        return replace(change, before=told, after=float(f"{told * change.factor:.2g}"))

    def reported(self, change: Change) -> Word | None:
        """What the user reported of this very change; None where nothing."""
        against = (w for w in self.dialogue.tried if w.is_against(change.hyperparameter, change.after))
        made = (
            w
            for w in self.dialogue.tried
            if w.outcome == "better"
            and (w.role, as_number(w.value)) == (change.hyperparameter, as_number(change.after))
        )
        return next(against, None) or next(made, None)

    def kept_sentence(self) -> str:
        """What is left out of the proposals since the user wants it so; empty where nothing is."""
        wanted = set() if self.current is None else {c.hyperparameter for c in self.current.changes}
        return left_alone_sentence(self.dialogue.kept & wanted, self.language, in_chat=True)

    def no_run(self) -> Reply:
        """The answer where a run is needed and none is open."""
        return self.say(
            self.pick(
                "No log is open, so there is nothing to go by. Type `open PATH` with a log or a folder.",
                "还没有打开日志，没有依据可言。输入 `open 路径` 打开一个日志或文件夹。",
            ),
            act="ask",
        )
