"""Causes that a user suspects beside the one found: what a log shows of them, and how to tell them apart."""

from dataclasses import dataclass

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.run import Role
from advisor.text import Bilingual


@dataclass(frozen=True, slots=True)
class Suspect:
    """One suspected cause.

    Attributes:
        named: How it is called, as a pattern.
        told: What a log can and cannot show of it, and the test.
    """

    named: str
    told: Bilingual


SUSPECTS = (
    Suspect(
        r"(?<![a-z])(?:seeds?|bad luck|unlucky)(?![a-z])|种子|运气",
        Bilingual(
            en="A seed could be part of it, and one log cannot show that: train twice more with noth"
            "ing but the "
            "seed changed. If the same shows in all three, it is not the seed.",
            zh="种子可能有影响，一份日志看不出来：其他都不变，只换种子再训两次。如果三次都这样，就不是种子。",
        ),
    ),
    Suspect(
        r"(?<![a-z])(?:initiali[sz]ation|initiali[sz]ed|weight init|bad init|init)(?![a-z])|初始化",
        Bilingual(
            en="A bad initialisation shows in the first values: a loss far above that of a guess, or"
            " one that "
            "never leaves it. To tell it apart: train again with another seed, and once with the library's "
            "own initialisation; if it stays, it is not that.",
            zh="初始化不好会在最初几个值里看出来：损失远高于瞎猜的水平，或者一直停在那里。区分的办法"
            "：换一个种子重训，"
            "再用库自带的初始化训一次；如果现象还在，就不是它。",
        ),
    ),
    Suspect(
        r"(?<![a-z])(?:shuffl\w*|order of the (?:data|samples)|sorted data)(?![a-z])|打乱|乱序|数据顺序",
        Bilingual(
            en="Data in a fixed order shows as a swing that comes back every epoch, and only where values "
            "within an epoch are logged. To tell it apart: switch shuffling on (or print the labels of one "
            "batch: they should be mixed) and train the first epochs again.",
            zh="数据没有打乱，表现为每一轮重复一次的起伏，而且要记录了一轮之内的值才看得出。区分的办"
            "法：打开 shuffle"
            "（或打印一个批次的标签，应当是混杂的），再训最初几轮。",
        ),
    ),
    Suspect(
        r"(?<![a-z])(?:bugs?|(?:my |the )?(?:code|script|implementation|pipeline|preprocessing))(?![a-z])|"
        r"代码|程序错|写错|预处理",
        Bilingual(
            en="A fault in the program can look like any of this, and no log excludes it. To tell it apart: "
            "train on 16 samples with all regularisation off; a correct program brings their loss near zero.",
            zh="程序里的错误可以像任何一种现象，日志排除不了。区分的办法：关掉所有正则化，只用 16 个"
            "样本训练；"
            "程序正确的话，它们的损失会接近零。",
        ),
    ),
    Suspect(
        (
            r"(?<![a-z])(?:hardware|gpu|fp16|half precision|mixed precision|driver)(?![a-z])|"
            r"硬件|显卡|半精度|混合精度"
        ),
        Bilingual(
            en="Precision shows as values that are not finite or as sudden jumps; a broken card is "
            "rare. To tell "
            "it apart: train the same steps in 32 bits, or on the processor, with the same seed.",
            zh="精度问题表现为非有限值或突然的跳变；显卡坏了很少见。区分的办法：用 32 位精度或 CPU、"
            "同样的种子重训同样的步数。",
        ),
    ),
    Suspect(
        r"(?<![a-z])(?:data|dataset|labels?|samples)(?![a-z])|数据|标签|样本",
        Bilingual(
            en="It could be the data too, and the curves alone cannot exclude that: wrong labels put a floor "
            "under the validation loss and look like learning by heart. To tell them apart: read the twenty "
            "training samples with the highest loss; if many labels are wrong, mend those first.",
            zh="也可能是数据问题，只凭曲线排除不了：错误标签会抬高验证损失的下限，样子和死记硬背一样"
            "。区分的办法：看损失"
            "最高的二十个训练样本；如果很多标签是错的，先改标签。",
        ),
    ),
)
_SUPPOSED = regex(
    r"(?<![a-z])(?:(?:could|couldn't|might|may|isn't|can't) (?:it|this|that)|maybe|perhaps|possibly|probably|"
    r"is (?:it|this|that) (?:just|only|due|because|down|my|a|the|some|bad)|i (?:suspect|"
    r"blame|bet)|i think it)(?![a-z])|"
    r"^or (?:is |was |just |maybe |that )*(?:the |my |a |an |some |bad |wrong )*(?!how|"
    r"what|should|can|do)[a-z]|"
    r"^(?:a |bad |just a )?[a-z]+ (?:issue|problem|bug|fault|thing)(?: maybe| perhaps| then)?$|"
    r"会不会|是不是|难道|可能|也许|或者|怪(?=[^的])|我怀疑"
)
_NO_SUSPICION = regex(
    r"^(?:how|which|where|when|show|list|run|should|could you|could i|can i|can you|can we|set|use|fix|try|"
    r"add|more|give)(?![a-z])|(?<![a-z])(?:better|worse|than|lower|raise|higher|runs|"
    r"more data|another|leak\w*|"
    r"augment\w*|noise scale|luck of the)(?![a-z])|运气|怎么|多少|哪|更多|泄漏|泄露|增强|够"
)
_LONGEST = 90


def suspected(utterance: Utterance) -> Suspect | None:
    """The cause that a sentence supposes; None where it supposes none that is known here."""
    folded = utterance.folded
    if len(folded) > _LONGEST or _NO_SUSPICION.search(folded) or not _SUPPOSED.search(folded):
        return None
    return next((one for one in SUSPECTS if utterance.has(one.named)), None)


def weighed(context: Context, suspect: Suspect) -> list[str]:
    """What the log can show of the suspected cause, beside where this run's training loss began and ended."""
    run = None if context.current is None else context.current.run
    series = None if run is None else run.main(Role.TRAIN_LOSS) or facts.verdict_series(run)
    if series is None or not len(series):
        return [suspect.told.in_(context.language)]
    name, language = facts.name(series), context.language
    first, last = facts.at(series, 0, language), facts.at(series, len(series) - 1, language)
    began = context.pick(
        f"Here {name} began at {first} and ended at {last}.",
        f"这次训练的 {name} 从{first}开始，到{last}结束。",
    )
    return [suspect.told.in_(language), began]
