"""One conversation: text in, a grounded answer out, and what the front end is to do."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from advisor.chat.asking_back import is_too_faint, lost, unknown_command, which_of
from advisor.chat.brief import fitted
from advisor.chat.context import Context, Dialogue
from advisor.chat.going_on import goes_on, of_named, of_the_setting
from advisor.chat.intent import Intent, Slots, all_intents
from advisor.chat.intents.accept import YES
from advisor.chat.intents.reject import NO
from advisor.chat.of_a_run import answer_about
from advisor.chat.pointing_back import in_full
from advisor.chat.reply import (
    Action,
    Apply,
    Launch,
    Open,
    Quit,
    Reply,
    Rerun,
    Save,
    Stop,
    Train,
    Undo,
)
from advisor.chat.typos import mended
from advisor.chat.understand import FAINT, SURE, Reading, Recogniser, Utterance, understand
from advisor.errors import AdvisorError
from advisor.patterns import regex
from advisor.text import Language, clean
from advisor.translation import with_place

if TYPE_CHECKING:
    from advisor.chat.model.endpoint import Endpoint
    from advisor.chat.model.helper import Helper, Wording
    from advisor.session import Session

CLEAR_LEAD = 0.1
"""An unsure reading that changes nothing is answered where it is this far before the next."""
_CHANGING = frozenset(
    {"set_param", "accept", "undo", "rerun", "stop_run", "run_probe", "reject", "report_outcome"}
)
"""What touches a file, a process or what is remembered of the project: never on a faint reading."""
_BARE_NUMBER = regex(r"#?[1-9]")
_COMMAND_HERE = regex(r"\badvisor (?=(?:set|compare|apply|undo|rerun)\b)")
"""Commands of the shell that are understood here without their first word."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What a turn was taken for.

    Attributes:
        intent: Its intent, also where we asked back; empty where nothing came near.
        slots: What was taken from it.
        first_two: The two best readings.
    """

    intent: str
    slots: Slots
    first_two: tuple[str, ...]


class Conversation:
    """A dialogue about the session's runs.

    A turn never writes and never starts anything. Where the user wants that, the answer shows what would
    happen and asks; the turn that says yes returns the `Action`, which the front end carries out with
    `perform` or by itself.

    Args:
        session: What is open, and the ways to change and rerun it.
        language: Of the first answer; after that it follows the user.
        dialogue: Where the conversation stands; at its beginning without one.

    Attributes:
        understood: What the last turn was taken for.
    """

    def __init__(
        self, session: "Session", language: Language = "en", dialogue: Dialogue | None = None
    ) -> None:
        self._context = Context(session, dialogue or Dialogue(language=language))
        self._context.recall()
        self.understood = Understood("", {}, ())
        self._helper: Helper | None = None
        self._meant = understand("")

    @cached_property
    def _recogniser(self) -> Recogniser:
        return Recogniser(all_intents())

    @property
    def session(self) -> "Session":
        """What is open."""
        return self._context.session

    @property
    def language(self) -> Language:
        """Of the last answer."""
        return self._context.language

    @property
    def dialogue(self) -> Dialogue:
        """Where the conversation stands."""
        return self._context.dialogue

    @property
    def waiting(self) -> Action | None:
        """What a yes would do now; None where nothing is asked."""
        return self._context.dialogue.waiting

    def reply(self, text: str) -> Reply:
        """The answer to what was typed; kind words for every fault that has a sentence."""
        utterance = understand(text, self._context.own_names)
        dialogue = self._context.dialogue
        if not dialogue.pinned and utterance.language is not None and self._tells_language(utterance):
            dialogue.language = utterance.language
        asked, dialogue.waiting, dialogue.cited = dialogue.waiting, None, []
        self._meant = utterance
        self.understood = Understood("", {}, ())
        if asked is not None and YES.fullmatch(utterance.folded):
            return self._confirmed(asked)
        if asked is not None and NO.fullmatch(utterance.folded):
            return self._declined()
        try:
            answer = self._answer(utterance)
        except AdvisorError as error:
            answer = self._fault(error)
        dialogue.before, dialogue.asked_before = answer.intent, self._meant.text
        return answer if utterance.slash else fitted(answer, dialogue)

    def take_up(self, asked: str) -> None:
        """Goes on after a turn of another process, of which only what the user said is known."""
        first = self._recogniser.rank(understand(asked, self._context.own_names))[0] if asked else None
        if first is not None and first.certainty >= SURE:
            self.dialogue.before, self.dialogue.asked_before = first.intent.name, asked

    def _tells_language(self, utterance: Utterance) -> bool:
        """Whether its words are the user's own: those of a command, or of a file's name, are not."""
        if self._command(utterance) is None:
            return True
        return utterance.language == "zh" and not utterance.slash and not utterance.paths

    def endpoint(self) -> "Endpoint | None":
        """The language model that the user named; None where none is.

        Raises:
            UsageError: what is named is none.
        """
        from advisor.chat.model.endpoint import named_endpoint

        return named_endpoint(self.dialogue.llm)

    @property
    def model_host(self) -> str:
        """The host of the language model that the user named; empty where there is none."""
        try:
            endpoint = self.endpoint()
        except AdvisorError:
            return ""
        return "" if endpoint is None else endpoint.host

    def wording(self, text: str, answer: Reply, stop: threading.Event | None = None) -> "Wording | None":
        """What the language model that the user named adds to an answer; None where none is named.

        The answer stands whatever comes of it. Without an endpoint nothing is imported and nothing is sent.

        Args:
            text: What was typed.
            answer: The answer, as it was shown.
            stop: Set by the front end where the user does not want to wait.

        Raises:
            UsageError: what is named as the endpoint is none.
        """
        endpoint = self.endpoint()
        if endpoint is None:
            return None
        if self._helper is None or self._helper.endpoint != endpoint:
            from advisor.chat.model.helper import Helper

            self._helper = Helper(endpoint, self._context.session)
        found = self._helper.wording(text, answer, stop)
        if found is not None:
            self.dialogue.sent = found.sent
        return found

    def perform(
        self,
        action: Action,
        on_output: Callable[[bytes], None] | None = None,
        stop: threading.Event | None = None,
    ) -> Reply:
        """Carries out what a turn returned, and tells what came of it.

        Args:
            action: As returned by `reply`; `Quit` does nothing here.
            on_output: Takes the training's output as it comes.
            stop: Set by the front end to stop a training.
        """
        try:
            return self._performed(action, on_output, stop)
        except AdvisorError as error:
            return self._fault(error)

    def _performed(
        self, action: Action, on_output: Callable[[bytes], None] | None, stop: threading.Event | None
    ) -> Reply:
        context = self._context
        match action:
            case Apply(plan):
                context.session.apply(plan)
                written = with_place(plan.headline, context.language)
                return context.say(
                    context.pick(f"Written: {written}.", f"已写入：{written}。"),
                    context.pick(
                        "`rerun` trains with it; `undo` takes it back.",
                        "`rerun` 用新配置训练；`undo` 撤销。",
                    ),
                )
            case Undo(down_to):
                return context.say(clean(context.session.undo(down_to)))
            case Open(paths):
                context.session.open(paths)
                return self.opened()
            case Rerun():
                context.session.rerun(on_output=on_output, stop=stop)
                return self._retrained()
            case Train(command, again):
                context.session.run(command, on_output, stop)
                return self._retrained() if again else self.opened()
            case Launch():
                return self._launched(action, on_output, stop)
            case Save():
                from advisor.chat.acting import save

                name = clean(save(context.session, action).name, 120)
                return context.say(context.pick(f"Written: {name}.", f"已写入：{name}。"))
            case Quit() | Stop():
                return context.say()

    def opened(self) -> Reply:
        """The diagnosis of what was just opened; what was spoken of before is over."""
        self._context.dialogue.forget_run()
        return self._intent("diagnose").answer(self._context, understand("diagnose"))

    def greet(self) -> Reply:
        """The first words: the diagnosis of what is open, else how to begin."""
        if self._context.current is not None:
            return self._intent("diagnose").answer(self._context, understand("diagnose"))
        return self._context.say(
            self._context.pick(
                "Open a training log with `open PATH`, or type `help`.",
                "用 `open 路径` 打开训练日志，或输入 `help`。",
            )
        )

    def _answer(self, utterance: Utterance) -> Reply:
        if not utterance.folded:
            return self._context.say(
                self._context.pick("Type a question, or `help`.", "请输入问题，或 `help`。")
            )
        unsafe = self._intent("unsafe")
        if unsafe.match(utterance) >= SURE:
            return self._by(unsafe, utterance)
        utterance = self._meant = in_full(self._context, utterance)
        meant = self._command(utterance) or self._chosen(utterance)
        if meant is not None:
            return self._by(*meant) if isinstance(meant, tuple) else self._by(meant, utterance)
        if utterance.slash:
            return unknown_command(self._context, utterance)
        spelt = mended(utterance)
        meant = self._command(spelt) if spelt is not utterance else None
        return self._surest(spelt) if meant is None else self._by(meant, spelt)

    def _surest(self, utterance: Utterance) -> Reply:
        meant = self._by_state(utterance)
        if meant:
            return self._by(self._intent(meant), utterance)
        best, second, third = self._readings(utterance)[:3]
        if is_too_faint(best, utterance):
            best, second = second, third
        two = (best.intent.name, second.intent.name)
        self.understood = Understood(best.intent.name, best.intent.slots(self._context, utterance), two)
        if best.certainty < FAINT:
            return lost(self._context)
        if best.certainty < SURE and (
            best.intent.name in _CHANGING or best.certainty - second.certainty < CLEAR_LEAD
        ):
            return which_of(self._context, utterance, (best, second))
        return self._by(best.intent, utterance)

    def _readings(self, utterance: Utterance) -> list[Reading]:
        """What it may mean; of a long story that is not clear, what its last clear part asks."""
        whole = self._recogniser.rank(utterance)
        if whole[0].certainty >= SURE:
            return whole
        own = self._context.own_names
        parts = (self._recogniser.rank(understand(part, own)) for part in reversed(utterance.parts))
        return next((found for found in parts if found[0].certainty >= SURE), whole)

    def _by_state(self, utterance: Utterance) -> str:
        """The intent that the dialogue's state decides; empty where it decides none."""
        dialogue = self._context.dialogue
        if dialogue.asked_for is not None and utterance.numbers and len(utterance.folded) <= 16:
            return "inform"
        if (dialogue.proposals or dialogue.offers) and _BARE_NUMBER.fullmatch(utterance.folded):
            return "accept"
        named = self._context.named_runs(utterance.folded) if len(self.session.assessments) > 1 else []
        return (
            goes_on(dialogue.before, utterance)
            or of_named(dialogue.before, utterance, len(named))
            or of_the_setting(dialogue.asked_before, utterance)
        )

    def _by(self, intent: Intent, utterance: Utterance) -> Reply:
        """The intent's answer, marked with its name; an open question back is given up."""
        self._context.dialogue.choices = ()
        if not self.understood.intent:
            self.understood = Understood(intent.name, intent.slots(self._context, utterance), (intent.name,))
        answer = answer_about(self._context, intent, utterance)
        waiting = self._context.dialogue.waiting
        return Reply(answer.blocks, answer.action, self.language, intent.name, waiting, answer.act)

    def _command(self, utterance: Utterance) -> Intent | None:
        return next((intent for intent in all_intents() if intent.is_command(utterance)), None)

    def _chosen(self, utterance: Utterance) -> tuple[Intent, Utterance] | None:
        """The reading picked after a question back, by its place."""
        dialogue = self._context.dialogue
        if not dialogue.choices:
            return None
        bare = _BARE_NUMBER.fullmatch(utterance.folded)
        place = int(utterance.folded.strip("#")) if bare else next(iter(utterance.ordinals), None)
        if YES.fullmatch(utterance.folded):
            place = 1
        if place is None or not 1 <= place <= len(dialogue.choices):
            return None
        asked = understand(dialogue.question, self._context.own_names)
        return self._intent(dialogue.choices[place - 1]), asked

    def _confirmed(self, action: Action) -> Reply:
        words = {
            Apply: ("Writing the change.", "正在写入修改。"),
            Rerun: ("Training again.", "正在重新训练。"),
            Train: ("Training; Ctrl-C or Esc ends it.", "开始训练；按 Ctrl-C 或 Esc 结束。"),
            Undo: ("Taking the change back.", "正在撤销修改。"),
            Launch: ("Starting; Ctrl-C or Esc ends it.", "开始运行；按 Ctrl-C 或 Esc 结束。"),
            Save: ("Writing the file.", "正在写入文件。"),
            Stop: ("Stopping it.", "正在停止。"),
        }
        said = words.get(type(action))
        text = self._context.pick(*said) if said else ""
        answer = self._context.say(text, action=action)
        return Reply(answer.blocks, answer.action, self.language, "accept")

    def _declined(self) -> Reply:
        answer = self._context.say(self._context.pick("Nothing was changed.", "没有改动任何东西。"))
        return Reply(answer.blocks, None, self.language, "reject")

    def _fault(self, error: AdvisorError) -> Reply:
        self._context.dialogue.waiting = None
        said = clean(error.in_(self.language)).replace("advisor run -- ", "train ")
        return self._context.say(_COMMAND_HERE.sub("", said))

    def _launched(
        self, action: Launch, on_output: Callable[[bytes], None] | None, stop: threading.Event | None
    ) -> Reply:
        """How a tuning or a probe ended; its own words have been shown."""
        from advisor.chat.acting import launch

        ending = launch(self._context.session, action, on_output, stop)
        return self._context.say(
            ending,
            self._context.pick(
                "None of your files was changed. `set NAME VALUE` shows what it found as an edit, and asks.",
                "没有改动你的任何文件。用 `set 名称 值` 把找到的值作为修改显示，由你确认。",
            ),
        )

    def _retrained(self) -> Reply:
        """After a training: what is wrong now, and whether it is better than before."""
        answer = self.opened()
        try:
            sentence = self._context.session.compare().sentence.in_(self.language)
        except AdvisorError:
            return answer
        return self._context.say(sentence, *answer.blocks)

    def _intent(self, name: str) -> Intent:
        return next(intent for intent in all_intents() if intent.name == name)
