"""A language model beside the conversation: asked after the answer stands, heard only where it is right."""

import threading
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.chat.model import prompt
from advisor.chat.model.abilities import Abilities, abilities, options_of
from advisor.chat.model.client import Client
from advisor.chat.model.endpoint import Endpoint
from advisor.chat.model.guard import checked
from advisor.chat.model.moves import Move, parse, read
from advisor.chat.model.sheet import Sheet
from advisor.chat.model.trouble import UnusableError
from advisor.chat.reply import Reply
from advisor.chat.tools import Tools
from advisor.errors import AdvisorError
from advisor.journal.told import kept_roles
from advisor.report.parts import change_headline
from advisor.text import Bilingual, Language, clean, clean_line

if TYPE_CHECKING:
    from advisor.session import Session

MOST_ROUNDS = 3
"""Of reading tools before it has to say something."""
_PAUSE = 60.0
"""Seconds for which a server that was of no use for anything is left alone."""
_WORDED = frozenset(
    {
        "compare_runs", "diagnose", "evaluate_model", "explain_concept", "explain_why", "findings",
        "forecast", "query_value", "recommend", "search_strategy", "summarize_run", "what_if",
    }
)  # fmt: skip
"""The intents of which an answer tells of a run; those about one knob (`choose_lr`) do, too."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What came of asking the model.

    Attributes:
        host: Whom we asked.
        text: What it says, checked; empty where it was of no use.
        notice: Why the answer stands alone; empty where it does not.
        sent: What was sent, in full.
    """

    host: str
    text: str
    notice: str
    sent: str

    def shown(self, language: Language) -> str:
        """What stands below the answer: the model's words as the model's, or why there are none."""
        if not self.text:
            return self.notice
        if language == "zh":
            return f"{self.host} 的语言模型（数字由本机填入并核对）：{self.text}"
        return f"The language model at {self.host} (figures filled in and checked here): {self.text}"


class Helper:
    """Asks one endpoint about answers of one session.

    Args:
        endpoint: As the user named it.
        session: What is open.
    """

    def __init__(self, endpoint: Endpoint, session: "Session") -> None:
        self.endpoint = endpoint
        self._session = session
        self._able: Abilities | None = None
        self._given_up: tuple[float, Bilingual] | None = None
        self.sent = ""

    def wording(self, question: str, answer: Reply, stop: threading.Event | None = None) -> Wording | None:
        """What the model makes of an answer; None for an answer that is not for it.

        Args:
            question: What the user typed.
            answer: Ours, as it was shown.
            stop: Set by the user who does not want to wait.
        """
        if not is_for_model(answer):
            return None
        self.sent, text, notice = "", "", ""
        try:
            with closing(Client(self.endpoint, stop)) as client:
                text = self._asked(client, question, answer)
        except UnusableError as trouble:
            notice = _notice(self.endpoint.host, trouble.reason).in_(answer.language)
        except AdvisorError as error:
            notice = error.in_(answer.language)
        return Wording(self.endpoint.host, text, notice, self.sent)

    def _asked(self, client: Client, question: str, answer: Reply) -> str:
        able = self._abilities(client)
        ours = answer.plain(1_000)
        sheet = Sheet(_foreign_names(self._session))
        messages = prompt.opening(question, ours, sheet, answer.language, able.mode != "text")
        move = self._move(client, able, messages)
        for _ in range(MOST_ROUNDS):
            if not move.tool:
                break
            told = read(Tools(self._session, as_open=True), move)
            messages += [
                {"role": "assistant", "content": f"{move.tool} {dict(move.arguments)}"},
                prompt.looked_up(move.tool, sheet.lines(told), sheet),
            ]
            move = self._move(client, able, messages)
        if move.tool:
            raise UnusableError("it only kept looking things up", "它只顾着查数据")
        said = checked(move.text, sheet, question, ours, answer.language)
        return "\n".join(part for part in (said, self._chosen(move, answer)) if part)

    def _abilities(self, client: Client) -> Abilities:
        if self._given_up is not None and time.monotonic() - self._given_up[0] < _PAUSE:
            raise UnusableError(self._given_up[1].en, self._given_up[1].zh)
        if self._able is None:
            try:
                self._able = abilities(self.endpoint, client)
            except UnusableError as trouble:
                if not client.stopped:
                    self._given_up = (time.monotonic(), trouble.reason)
                raise
        return self._able

    def _move(self, client: Client, able: Abilities, messages: list[dict[str, str]]) -> Move:
        self.sent = f"POST {self.endpoint.url}/chat/completions, model {able.model}\n\n"
        self.sent = clean(self.sent + prompt.as_text(messages), 60_000)
        said = client.say(able.model, messages, **options_of(able.mode))
        return Move(text=said) if able.mode == "text" else parse(said)

    def _chosen(self, move: Move, answer: Reply) -> str:
        """The proposal of ours that it points at: named, not staged; typing it is the user's."""
        current = self._session.current
        if move.proposal is None or current is None:
            return ""
        kept = kept_roles(self._session.told)
        ours = [change for change in current.changes if change.hyperparameter not in kept]
        change = next((change for change in ours if change.number == move.proposal), None)
        if change is None:
            raise UnusableError("it named a proposal that there is not", "它提到了没有的建议")
        headline, number = change_headline(change, answer.language), change.number
        if answer.language == "zh":
            return f"它会选第 {number} 个建议：{headline}。输入 `apply {number}` 查看修改并决定。"
        return f"It would take proposal {number}: {headline}. `apply {number}` shows the edit and asks."


def is_for_model(answer: Reply) -> bool:
    """Whether an answer may be reworded: nothing that asks, refuses or acts."""
    return (
        answer.action is None
        and answer.waiting is None
        and answer.act not in ("ask", "refuse")
        and (answer.intent in _WORDED or answer.intent.startswith("choose_"))
    )


def _foreign_names(session: "Session") -> list[str]:
    """What logs and configurations call things."""
    names: list[str] = []
    for item in session.assessments:
        run = item.run
        path = Path(run.source)
        names += [
            run.source,
            path.name,
            path.stem,
            path.parent.name,
            run.name,
            *(series.name for series in run.series),
        ]
        names += [setting.name for setting in run.hyperparameters]
        names += [str(setting.value) for setting in run.hyperparameters if isinstance(setting.value, str)]
    cut = [clean_line(name, limit) for name in names for limit in (60, 80, 120, 200)]
    return list(dict.fromkeys(name for name in (*names, *cut) if name))


def _notice(host: str, reason: Bilingual) -> Bilingual:
    return Bilingual(
        en=f"The language model at {host} was of no use: {reason.en}. The answer above stands.",
        zh=f"{host} 的语言模型没有帮上忙：{reason.zh}。以上面的回答为准。",
    )
