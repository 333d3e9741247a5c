"""Finds the named numbers in a line: `loss: 0.4`, `lr=1e-3`, `loss 0.3`, `[epoch: 280]`, `{'loss': 0.3}`.

A log repeats a few sentences with other numbers in them. The sentence without its numbers is a template; it
is understood once and then costs one regular expression and one look-up a line.
"""

import re
from dataclasses import dataclass, replace
from functools import cached_property

from advisor.patterns import regex
from advisor.readers import names
from advisor.readers.distinct_names import distinct
from advisor.readers.names import Use
from advisor.readers.naming import is_progress, name_around, name_before, split_after, without_level
from advisor.readers.usable import prefix_length, usable_numbers

_NUMBER = regex(
    # `2D` and `3D` are words, `0x3d` is an address; a line may begin with `E1` or `Ep01`.
    r"(?:(?<![A-Za-z0-9_.@#^])|(?<=^[Ee])|(?<=^\[[Ee])|(?<=^[Ee]p)|(?<=^EP)|(?<=^[Ee]poch)|(?<=^[Ii]ter)|(?<=^[Ss]tep))"
    r"(?<![A-Za-z0-9_]-)(?![1-4][dD]\b|0[xX][0-9A-Fa-f])"
    r"([-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
    r"|(?<!\bof )[-+]?(?:[nN][aA][nN]|[iI][nN][fF](?:inity)?)(?=$|[^A-Za-z0-9_]|m?s\b)"
    r"(?! (?:iterations?|values?|entries|steps?|batch(?:es)?|gradients?|samples?|detected|found|encountered)"
    r"\b))"
)
# icefall: `loss[loss=0.5, simple_loss=0.7], tot_loss[loss=0.6, simple_loss=0.8]`.
_GROUP = regex(r"(?<![\w\]])([A-Za-z_]\w*)\[[A-Za-z_]\w*=$")

# `1 epoch = 2640 batches` says how long an epoch is, not where the training stands.
_HOLDS = regex(r" (?:batches|steps|iterations|iters|samples|images|tokens)\b")

# `3/20`, `epoch 3 of 20`, `epoch 3 completed out of 20`.
_OUT_OF = regex(r"/|(?:(?:completed|finished) )?(?:out )?of")
# The hits among so many, whose share is a value; of any other name it is how much is done (`rollout 1/488`).
_HITS = regex(
    r"(?:\w*[ _])?(?:correct(?:ly)?|hits?|solved|success(?:es|ful)?|wins?|won|passed|matched)(?:[ _]\w*)?",
    re.IGNORECASE,
)
# `D(G(z)): 0.0379 / 0.0673`: what a function gave at two times, and none of them is out of the other.
_TWO_OF_A_FUNCTION = regex(r"\w\(\w+\(\w+\)\)\s*[:=]\s*$")
# `loss decreased (0.54 --> 0.52)`: the value is what it became.
_ONE_VALUE = 3
"""Stretches of a line that has two numbers: where it stands, and a value."""
_BECAME = regex(r"\s*(?:-{1,2}>|=>|→)\s*")
_LONGEST_PLACE = 60
_EPISODE = regex(r"episodes?$", re.IGNORECASE)
_OPENED = regex(r"[\[(]|\[ ?\(")
_BEST = regex(
    r"\b(?:best|en iyi|mejor|meilleure?|лучш\w+)(?: \w+){0,2}"
    r"(?:\s?(?:[,:;|]\s+|[(!]\s*)[A-Za-z]| saved (?:at|in) )|"
    r"最[佳优好].*[(!]\s*\w",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Field:
    """One number of a template.

    Attributes:
        index: Which number of the line it is.
        name: As logged, with the split of its line where it has none of its own.
        use: What it is.
        scale: What a unit multiplies it by.
        total: Which number of the line it is out of (`3/20`), or None.
        explicit: Whether `:` or `=` ties it to its name.
    """

    index: int
    name: str
    use: Use
    scale: float = 1.0
    total: int | None = None
    explicit: bool = True


@dataclass(frozen=True)
class Template:
    """A line without its numbers, understood.

    Attributes:
        fields: What its numbers are.
        words: The line with `#` for each number.
        split: `train`, `val`, ... where the line speaks of one.
        bar: Whether a progress bar is drawn in it.
        header: Which header of the log it stands under, from 1; 0 for a line of no table.
    """

    fields: tuple[Field, ...]
    words: str
    split: str | None = None
    bar: bool = False
    header: int = 0

    @cached_property
    def values(self) -> tuple[Field, ...]:
        """The fields that can be points of curves."""
        return tuple(field for field in self.fields if field.use == "value")

    @cached_property
    def counters(self) -> dict[Use, Field]:
        """The fields that say where in the training the line stands; the first of each use."""
        found: dict[Use, Field] = {}
        for field in self.fields:
            if field.use != "value":
                found.setdefault(field.use, field)
        return found

    @cached_property
    def value_places(self) -> tuple[int, ...]:
        """Which of the fields can be points of curves."""
        return tuple(place for place, field in enumerate(self.fields) if field.use == "value")

    @cached_property
    def counter_places(self) -> tuple[tuple[int, Use], ...]:
        """Which of the fields count, and what."""
        return tuple((place, field.use) for place, field in enumerate(self.fields) if field.use != "value")

    @cached_property
    def plain_indices(self) -> tuple[int, ...] | None:
        """The numbers of the line in the order of the fields, where none is scaled or out of another."""
        if any(field.scale != 1.0 or field.total is not None for field in self.fields):
            return None
        return tuple(field.index for field in self.fields)

    @cached_property
    def no_totals(self) -> tuple[None, ...]:
        """That no field is out of another."""
        return (None,) * len(self.fields)

    @cached_property
    def key(self) -> str:
        """Tells the counters of this line from those of other names and of another split."""
        counted = (f.name.lower() for use, f in self.counters.items() if use in {"epoch", "step"})
        return f"{'/'.join(counted)}/{self.split or ''}"

    @cached_property
    def family(self) -> tuple[str, ...]:
        """What lines of one kind share though their wording differs: the uses and names, in order."""
        told = tuple(f.name if f.use == "value" else f":{f.use}" for f in self.fields)
        # `epochs: 30` says how many there are, `epoch 30` where the log stands.
        return told if self.values or self.names_a_place else (*told, "planned")

    @cached_property
    def placed(self) -> bool:
        """Whether it says where the training stands, and out of how much."""
        return any(field.use in ("step", "epoch") and field.total is not None for field in self.fields)

    @cached_property
    def names_a_place(self) -> bool:
        """Whether the counters say where the training stands."""
        counters = [field for field in self.fields if field.use not in ("value", "lead")]
        return all(names.names_a_place(field.name) or field.total is not None for field in counters)

    @cached_property
    def only_a_place(self) -> bool:
        """Whether it says in a few words where the training stands, and nothing else."""
        if self.values or not self.fields or len(without_level(self.words)) > _LONGEST_PLACE:
            return False
        return self.names_a_place

    @cached_property
    def metrics(self) -> bool:
        """Whether a name speaks of training."""
        return any(names.is_metric(field.name) for field in self.values)


def split_numbers(text: str) -> tuple[tuple[str, ...], list[str]]:
    """The stretches of a plain line around its numbers (one more than numbers), and the numbers."""
    parts = _NUMBER.split(text)
    return tuple(parts[::2]), parts[1::2]


def number_spans(text: str) -> list[tuple[int, int]]:
    """Where the numbers of a line stand that `split_numbers` cuts it at."""
    return [match.span(1) for match in _NUMBER.finditer(text)]


def number(word: str) -> float:
    """The value of a number found by `split_numbers`."""
    try:
        return float(word)
    except ValueError:
        return float(word.replace(",", ""))


def template(texts: tuple[str, ...], split: str | None = None) -> Template:
    """Understands the stretches of a line around its numbers; `split` is that of the heading above it."""
    fields, split = _fields(texts, split)
    return Template(
        distinct(_of_one_step(fields), _groups(texts), texts),
        " # ".join(texts),
        split,
        any(field.name == "bar" for field in fields),
    )


def _fields(texts: tuple[str, ...], split: str | None) -> tuple[list[Field], str | None]:
    """The numbers of a line in their order, and the split that holds at its end."""
    usable = usable_numbers(texts)
    totals = _totals(texts, usable)
    prefix = prefix_length(texts)
    best = False
    fields: list[Field] = []
    listed: tuple[str, int] | None = None
    indexed: tuple[str, Use] | None = None
    for index in range(len(texts) - 1):
        before, after = texts[index], texts[index + 1]
        if index in totals.values():
            continue
        if index and fields and fields[-1].index == index - 1 and _BECAME.fullmatch(before):
            if fields[-1].use == "value":
                fields[-1] = replace(fields[-1], index=index)
            continue
        if indexed is None and (indexed := name_around(before, after)) is not None:
            if indexed[1] != "lead" or len(texts) == _ONE_VALUE:
                fields.append(Field(index, indexed[1], indexed[1]))
            continue
        best = best or (not fields and _BEST.search(before) is not None)
        found = name_before(before, index > 0) if indexed is None else (indexed[0], True)
        indexed = None
        split = split_after(before, after, found, index, split)
        if index not in usable or (index < prefix and not _belongs_to_training(found)):
            listed = None
            continue
        listed = _list_item(before, after, found, listed)
        if listed is not None:
            found = (f"{listed[0]}_{listed[1]}", True)
        elif _is_average(before, after) and fields and fields[-1].index == index - 1:
            fields += _average_of(fields[-1], index, after)
            continue
        elif index and _TWO_OF_A_FUNCTION.search(texts[index - 1]) and before.strip() == "/" and fields:
            found = (f"{fields[-1].name}_2", True)
        field = _field(index, texts, found, split, totals.get(index), fields)
        if field is not None:
            field = _of_best(field) if best else field
            fields.append(field)
            if field.use == "value" and field.total is not None:
                fields.append(_count_of(field))
    return fields, split


def _groups(texts: tuple[str, ...]) -> dict[int, str]:
    """What stands before the bracket that holds a number, by the number's place; nothing outside of any."""
    groups: dict[int, str] = {}
    for index, before in enumerate(texts[:-1]):
        opened = _GROUP.search(before)
        if opened or (index and "]" not in before):
            groups[index] = opened.group(1) if opened else groups.get(index - 1, "")
    return groups


def _field(
    index: int,
    texts: tuple[str, ...],
    found: tuple[str, bool] | None,
    split: str | None,
    total: int | None,
    earlier: list[Field],
) -> Field | None:
    before, after = texts[index], texts[index + 1]
    scale = names.scale(after) or 1.0
    behind = after if total is None else texts[total + 1]
    wrapped = names.wrapped_counter(before, behind)
    if wrapped is None and names.GLUED_COUNTER.match(behind):
        wrapped = "epoch"
    if wrapped is None and index == 0 and before in ("E", "e", "[E", "[e"):
        wrapped = "epoch"
    if wrapped is not None:
        return Field(index, wrapped, wrapped, total=total)
    if found is None or is_progress(found[0], before, after):
        use = _unnamed_use(index, texts, total, earlier)
        unit = names.rate(after)
        if use is None and unit is not None:
            return Field(index, unit, "value", explicit=False)
        return None if use is None else Field(index, use, use, total=total)
    name, explicit = names.named_duration(found[0], after), found[1]
    use = names.counter(name)
    if use == "epoch" and _HOLDS.match(after):
        return None
    if use is not None:
        return Field(index, name, use, total=total, explicit=explicit)
    if (
        not names.is_curve(name)
        or names.is_time_so_far(name, after)
        or (total is not None and not _is_share(name))
    ):
        return None
    return Field(index, names.with_split(split, name), "value", scale, total, explicit)


def _is_share(name: str) -> bool:
    """Whether a number of that name that is out of another is a result, not how much is done."""
    return names.is_metric(name) or _HITS.fullmatch(name) is not None


def _belongs_to_training(found: tuple[str, bool] | None) -> bool:
    """Whether a name before the level of a logging library is more than the place in the code."""
    return found is not None and (names.counter(found[0]) is not None or names.is_metric(found[0]))


def _of_best(field: Field) -> Field:
    """A value of a line that says again what the best one was; its counters say where that was."""
    name = field.name if field.name.lower().startswith("best") else f"best_{field.name}"
    return replace(field, name=name, use="value")


def _unnamed_use(index: int, texts: tuple[str, ...], total: int | None, earlier: list[Field]) -> Use | None:
    """A number without a name that counts: `[640/60000`, `3/20` at the start, `[12]` at the start."""
    before, after = texts[index].strip(), texts[index + 1].strip()
    if index == 0 and before == "[" and texts[2:3] and texts[2].strip() == "][" and _is_out_of(texts, 2):
        return "epoch"  # `[0/5][100/1583]`
    # `Training: [50/40000]` may stand behind a clock.
    drawn = before.endswith(": [") and names.split_of(before[:-3].rpartition(" ")[2]) is not None
    if total is not None and (index == 0 or drawn or any(f.use == "epoch" for f in earlier)):
        return "batch"
    if names.split_of(before.rstrip(": ").rpartition(" ")[2]) and after == "[":
        return "epoch"
    closed = len(texts) > 2 and texts[2].lstrip().startswith("]")
    if index == 0 and before == "[" and after == "," and closed:
        return "epoch"
    if index == 1 and before == "," and earlier and earlier[0].index == 0 and after.startswith("]"):
        return "batch"
    if index == 0 and _OPENED.fullmatch(before) and after.startswith(("]", ")")):
        return "lead"
    if index == 0 and before == "" and after.startswith((":", "|", ")")):
        return "lead"
    after_epoch = bool(earlier) and earlier[-1].use == "epoch" and earlier[-1].index == index - 1
    return "batch" if after_epoch and before == "][" else None


def _totals(texts: tuple[str, ...], usable: set[int]) -> dict[int, int]:
    """Which number each number is out of: `3/20`, `50/ 1000`, `3 of 20`."""
    return {index: index + 1 for index in sorted(usable) if index + 1 in usable and _is_out_of(texts, index)}


def _is_out_of(texts: tuple[str, ...], index: int) -> bool:
    """Whether a number is followed by another one that it is out of."""
    if index + 2 >= len(texts) or _TWO_OF_A_FUNCTION.search(texts[index]):
        return False
    return _OUT_OF.fullmatch(texts[index + 1].strip()) is not None


def _is_average(before: str, after: str) -> bool:
    """Whether a number is the running average beside its value: `0.41 (0.45)`."""
    return before.strip() == "(" and after.lstrip().startswith(")")


def _average_of(field: Field, index: int, after: str) -> list[Field]:
    """The running average of a value; `best: 0.68 (1757)` says when that was, which is none."""
    if field.name.lower().startswith("best"):
        return []
    return [Field(index, f"{field.name}_avg", "value", names.scale(after) or 1.0)]


def _list_item(
    before: str, after: str, found: tuple[str, bool] | None, listed: tuple[str, int] | None
) -> tuple[str, int] | None:
    """The name of the list that a number stands in and its place: `losses: [2.7, 7.2]`."""
    opened = before.rstrip().endswith(("[", "("))
    if found is not None and opened and after.strip() == ",":
        return (found[0], 0)
    if listed is not None and before.strip() == ",":
        return (listed[0], listed[1] + 1)
    return None


def _count_of(field: Field) -> Field:
    """The count of hits beside the share: `Accuracy: 9831/10000` is 0.9831, and 9,831 correct."""
    stem = re.sub(r"(?:acc(?:uracy)?)$", "correct", field.name, flags=re.IGNORECASE)
    return Field(field.index, stem if stem != field.name else f"{field.name}_count", "value")


def _of_one_step(fields: list[Field]) -> list[Field]:
    """The fields; where environment steps are counted, other counts of steps (updates) are values.

    Where an episode leads its line, what it took (`Steps: 200`) is a value too; `step 20/200` is the place
    in it.
    """
    steps = [field for field in fields if field.use == "step"]
    if len(steps) < 2:
        return fields
    of_all = next((field for field in steps if field.name.lower().startswith("global")), None)
    inside = [field for field in steps if field is not of_all and field.total is not None]
    if of_all is not None and inside:
        return [replace(field, use="batch") if field in inside else field for field in fields]
    speaking = next((field for field in steps if field.name.lower().endswith("timesteps")), None)
    if speaking is None and _EPISODE.search(steps[0].name):
        if steps[1].total is not None:
            return [replace(field, use="epoch") if field is steps[0] else field for field in fields]
        speaking = steps[0]
    if speaking is None:
        return fields
    others = [field for field in steps if field is not speaking]
    return [replace(field, use="value") if field in others else field for field in fields]
