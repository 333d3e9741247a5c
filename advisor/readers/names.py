"""What the words beside a number in a console line mean to a reader: counters, splits, units, non-curves."""

import re
from typing import Literal

from advisor.patterns import regex

Use = Literal["epoch", "step", "batch", "lead", "value"]

_EPOCH = regex(
    r"(?:(?:train(?:ing)?|valid(?:ation)?|val|eval(?:uation)?|test|current|global|starting|finished|end of|"
    r"after|data|#)[ _]?)*(?:epochs?|ep|global|"
    r"(?:全局|通信|联邦)?(?:训练)?轮次?|回合|训练轮次|训练回合|周期|迭代轮次|"
    r"эпох[аи]|[ée]poca|[ée]poque|epoche|에포크|에폭|エポック)(?:_(?:end|idx|num|no))?",
    re.IGNORECASE,
)
_STEP = regex(
    r"(?:(?:train(?:ing|er)?|valid(?:ation)?|val|eval(?:uation)?|test|current|global|total|num|n|finished|"
    r"time/|opt(?:im(?:izer)?)?|comm(?:unication)?|federated)[ _-]?)*"
    r"(?:steps?|iters?|iterations?|updates?|up|num_updates|timesteps?|rounds?|episodes?|步[数骤]?|迭代(?:次数|步数)?|全局步数|训练进度|"
    r"шаг|итерация|эпизод|paso|iteraci[óo]n|스텝|ステップ)",
    re.IGNORECASE,
)
_BATCH = regex(
    r"(?:(?:train(?:ing)?|val|test|mini)[ _-]?)*(?:batch(?:es)?(?:[ _](?:idx|no|num|number|id))?|bar|批次)",
    re.IGNORECASE,
)
_SPLIT_BEHIND = regex(r"\s*\((?:train(?:ing)?|val(?:id(?:ation)?)?|eval(?:uation)?|test)\)$", re.IGNORECASE)
# `1epoch results`: the counter's name is glued to its number.
GLUED_COUNTER = regex(r"epochs?(?![A-Za-z_])", re.IGNORECASE)
# Chinese counters wrap their number: 第3轮, 第 120 步.
_WRAPPED_EPOCH = regex(r"\s*个?\s*(?:轮|回合|周期|代|epoch)", re.IGNORECASE)
_WRAPPED_STEP = regex(r"\s*(?:步|次迭代|批)")

_SPLITS = {
    "train": "train", "training": "train", "trn": "train", "val": "val", "vali": "val", "valid": "valid",
    "dev": "dev",
    "validation": "valid", "eval": "eval", "evaluation": "eval", "test": "test", "testing": "test",
    "crossval": "valid", "crossvalidation": "valid",
    "saving dict for": "eval",  # so TensorFlow's Estimator begins the result of an evaluation
    "cur metric": "eval",  # and so PaddleOCR
    "训练": "训练", "训练集": "训练", "验证": "验证", "验证集": "验证", "测试": "测试", "测试集": "测试",
    "评估": "评估", "评估集": "评估",
}  # fmt: skip
_SPLIT_IN_NAME = regex(
    r"(?:^|[^a-z])(?:train(?:ing)?|trn|vali?|valid|validation|eval|evaluation|dev|test(?:ing)?|crossval\w*)(?![a-z])|训练|验证|测试|评估",
    re.IGNORECASE,
)
_SPLIT_ALONE = regex(
    r"(?:(?<![\w./\\-])|(?<=[轮期代])|(?<=回合)|(?<=轮次))(train(?:ing)?|trn|(?:cross)?val(?:id(?:ation)?)?|eval(?:uation)?|dev|test(?:ing)?|"
    r"saving dict for|cur metric|(?:训练|验证|测试|评估)(?:集|完成|结果|阶段)?)(?![\w./\\=])",
    re.IGNORECASE,
)

# Words that show a number to be a measurement of training, in any log. Evidence, not a limit.
METRIC = regex(
    r"(?<![a-z])(?:\w*loss(?:es)?|acc|\w+_acc|\w*accuracy|prec@\d|accu|err(?:or)?|\w*misclass\w*|\w*ppl|perplexity|\w*entropy|nll|elbo|bce|"
    r"mse|rmse|mae|mape|r2|\w*auc|f1|f_?score|ap|ar@[\d.]+|map|\w*iou|dice|bleu|rouge\w*|wer|cer|psnr|ssim|fid|"
    r"f-?measure|fb1|kappa|mcc|spearmanr?|pearsonr?|exact[_ ]match|em|mrr|"
    r"precision|recall|score|reward|return|ep_rew\w*|success_rate|top[-_@]?\d|g(?:rad(?:ient)?)?[_ ]?norm|"
    r"(?:\w+[_\W])?logloss|ndcg\w*|cost|lr|learning[_ ]rate|"
    r"iu|dsc|jaccard|sensitivity|specificity|qwk|smape|bp[bc]|chrf|meteor|cider|lpips|eer|pesq|stoi)(?![a-z])|"
    r"损失|准确率|正确率|错误率|召回率|交并比|精度|误差|学习率|困惑度|奖励|得分",
    re.IGNORECASE,
)
_SETTING = regex(
    r"weight|coef|lambda|factor|mult|interval|freq|patience|scale|decay|warm_?up|every|threshold|smoothing|_dir|path|file",
    re.IGNORECASE,
)
_THROUGHPUT = regex(r"(?:/ ?|[ _]per[ _])s(?:ec(?:ond)?)?$", re.IGNORECASE)
_LEARNING_RATE = regex(r"(?:current |new |\w+_)?(?:lr|learning[ _]rate|学习率)(?:[_ ]?\d)?", re.IGNORECASE)
_NO_CURVE = regex(
    r"(?:.*[ _])?(?:mem(?:ory)?|vram|rss|pid|process|port|seed|eta|version|v_num|date|remaining|local_rank|"
    r"rank|world_size|improv(?:ed|ing|ements?)|file size|line|job|id|dataloader|"
    r"int|float|bool|str|"  # how a program that is printed declares a setting
    r"gpus?|node|gpu_mem|cuda|cpu|ram|swap|[kKMGT]i?B|bytes)(?:[ _].*)?|"
    r"label|guid|"  # of a sample that is shown
    r"(?:\w+[ _])?(?:phase|stage|fold)|min_delta|patience|"  # which part of a training, and when it ends
    r"improve|saved|"  # of `no improve 3/10` and `best model saved (0.98)`
    r"剩余.*|显存.*|内存.*|耗时.*",
    re.IGNORECASE,
)
# A duration tells nothing but how long its split took: `train 2.6s`.
_TIME = regex(r"\s?(?:ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?)\b(?!\s*[:=])", re.IGNORECASE)
# A split in front of these says where they were printed, not what they are.
_SPLITLESS = regex(
    r"(?:.*[ _])?wall|"
    r"(?:.*[ _])?(?:learning[ _]rate|λ|lambda)(?:[ _].*)?|"
    r".*(?:lr|learning|时|time|speed|throughput|/s|per[ _]sec|sec(?:onds)?|dur(?:ation)?|fps|ips|学习率)",
    re.IGNORECASE,
)
_CODE_PLACE = regex(
    r".*\.(?:py|pyx|cpp|cc|cu|cuh|c|h|hpp|lua|js|ts|go|rs|java|jl|sh|ipynb|scala)", re.IGNORECASE
)

_THOUSANDS = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9}
_UNITS = frozenset(
    {
        "%", "s", "ms", "us", "µs", "μs", "ns", "sec", "secs", "seconds", "m", "min", "mins", "h", "x",
        "dB", "db", "deg", *_THOUSANDS,
    }
)  # fmt: skip
_LONGEST_HEADING = 40
_UNIT = regex(r"%|[A-Za-zµμ]+(?:/[A-Za-z]+)?")
_GLUED_UNITS = frozenset({"k ", "K ", "M ", "B ", "% "})
_MEMORY = regex(r"\s?(?:[KMGT]i?[Bb]|G|bytes)\b")
_RATE = regex(
    r"\s?((?:tok(?:en)?s?|samples?|ims?|ima?ge?s?|examples?|sentences?|words?|frames?|it(?:er)?s?|steps?|batch(?:es)?)/"
    r"s(?:ec(?:ond)?)?)\b(?!\s*[:=])",
    re.IGNORECASE,
)
_UNIT_AFTER_SPACE = regex(
    r"(?:%|个?(?:轮次?|回合|周期|代|步|批次?|秒)|[A-Za-z]*/\s?(?:s|sec|step|it|iter|batch|epoch|min)\b|(?:ms|us|s|secs?|seconds?|mins?|minutes?|h|hours?|"
    r"samples?|tokens?|images?|it|iters?|steps?|db)\b(?!\s*[:=]))",
    re.IGNORECASE,
)


def counter(name: str) -> Use | None:
    """Which counter a name is, or None for a name that is no counter."""
    plain = _SPLIT_BEHIND.sub("", name.strip())
    if _EPOCH.fullmatch(plain):
        return "epoch"
    if _STEP.fullmatch(plain):
        return "step"
    return "batch" if _BATCH.fullmatch(plain) else None


def names_a_place(name: str) -> bool:
    """Whether a counter's name says where the log stands (`epoch`), not how many there are (`epochs`)."""
    return (
        not name.lower()
        .rstrip()
        .endswith(("epochs", "steps", "iters", "iterations", "rounds", "updates", "batches", "episodes"))
    )


def wrapped_counter(before: str, after: str) -> Use | None:
    """The counter of a number between Chinese counting words (`第3轮`), or None."""
    if not before.rstrip().endswith("第"):
        return None
    if _WRAPPED_EPOCH.match(after):
        return "epoch"
    return "step" if _WRAPPED_STEP.match(after) else None


def is_curve(name: str) -> bool:
    """Whether a named number can be a curve: not memory, an identifier, a remaining time, a place in code."""
    return not _NO_CURVE.fullmatch(name) and not _CODE_PLACE.fullmatch(name)


def is_metric(name: str) -> bool:
    """Whether a name is in words that speak of training, and not of one of its settings."""
    return METRIC.search(name) is not None and not _SETTING.search(name)


def is_setting(name: str) -> bool:
    """Whether a name is that of something that is set (`lr_mult`), whatever metric it is of."""
    return _SETTING.search(name) is not None


def is_throughput(name: str) -> bool:
    """Whether a name says that so much was done in a second (`global_step/sec`)."""
    return _THROUGHPUT.search(name) is not None


def is_learning_rate(name: str) -> bool:
    """Whether a name is the learning rate's own, not that of something about it (`lr_mult`)."""
    return _LEARNING_RATE.fullmatch(name) is not None


def split_of(text: str) -> str | None:
    """The split (`train`, `val`, ...) that stands alone in a stretch of a line, the last one, or None."""
    found = None
    for match in _SPLIT_ALONE.finditer(text):
        word = match.group(1).lower()
        found = _SPLITS.get(word) or _SPLITS[word[:2]]
    return found


def has_split(name: str) -> bool:
    """Whether a split is in a name, alone or as a part (`val_loss`)."""
    return _SPLIT_IN_NAME.search(name) is not None


def heading_split(text: str) -> str | None:
    """The split of a heading (`Test Error:`, `valid:`, `验证集：`), or None for any other line."""
    bare = text.strip().strip("*#=- ")
    if not bare.endswith((":", "：")) or len(bare) > _LONGEST_HEADING:
        return None
    words = bare.rstrip(":： ").split()
    if not words or len(words) > 2:
        return None
    return split_of(words[0])


def with_split(split: str | None, name: str) -> str:
    """A name with the split that its line begins with, unless it has one of its own or needs none."""
    if split is None or _SPLIT_IN_NAME.search(name) or _SPLITLESS.fullmatch(name):
        return name
    plain = re.sub(r"^(?:average|avg\.?|mean)[ _]", "", name, flags=re.IGNORECASE)
    return f"{split}_{re.sub(r'[ _]+', '_', plain.lower())}"


def is_memory(after: str) -> bool:
    """Whether what follows a number makes it a size in bytes."""
    return _MEMORY.match(after) is not None


def scale(after: str) -> float | None:
    """What the unit glued to a number multiplies it by; None where the letters are no unit."""
    unit = _UNIT.match(after)
    known = unit is None or "/" in unit.group() or is_unit(unit.group())
    return _THOUSANDS.get(unit.group() if unit else "", 1.0) if known else None


def rate(after: str) -> str | None:
    """The unit that alone says what a number is: a throughput (`173572 tok/s`); None for any other."""
    match = _RATE.match(after)
    return match.group(1) if match else None


def named_duration(name: str, after: str) -> str:
    """The name of a number; of one that is the time of a split or of a step, with the word for it."""
    timed = name.lower() in _SPLITS or name.lower() == "cost"
    return f"{name} time" if timed and _TIME.match(after) else name


def is_time_so_far(name: str, after: str) -> bool:
    """Whether a number says how long all took so far (`total: 48s`): it comes in a unit that changes."""
    return name.lower() == "total" and _TIME.match(after) is not None


def is_unit(name: str) -> bool:
    """Whether a name is a unit alone."""
    return name in _UNITS


def without_unit(text: str) -> str:
    """What follows a number, less the unit that belongs to it."""
    stripped = text[1:] if text[:2] in _GLUED_UNITS else text.lstrip()
    match = _UNIT_AFTER_SPACE.match(stripped)
    if match and not stripped[match.end() :].strip() and counter(match.group()) is not None:
        return stripped  # `epoch 0 step 100`: it names the number behind it
    return stripped[match.end() :] if match else stripped
