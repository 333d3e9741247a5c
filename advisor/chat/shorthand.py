"""Careless English as a dictionary has it: `whats`, `dont`, `u`, `gonna`, `sooo`, a `lol` at the end.

What follows reads one spelling of each word; Chinese and names of files stay as they are.
"""

import re

from advisor.patterns import regex

_NEGATED = (
    *("do", "does", "did", "is", "are", "was", "were", "have", "has", "had"),
    *("wo", "would", "could", "should", "ca"),
)
_WORDS = {
    **{f"{verb}nt": f"{verb}n't" for verb in _NEGATED},
    "aint": "isn't",
    "ain't": "isn't",
    "im": "i'm",
    "ive": "i've",
    "itll": "it'll",
    "youre": "you're",
    "youve": "you've",
    "theyre": "they're",
    "thats": "that's",
    "whats": "what's",
    "wheres": "where's",
    "whens": "when's",
    "whos": "who's",
    "whys": "why's",
    "hows": "how's",
    "heres": "here's",
    "theres": "there's",
    "lets": "let's",
    "u": "you",
    "ur": "your",
    "wat": "what",
    "wut": "what",
    "gonna": "going to",
    "wanna": "want to",
    "gotta": "have to",
    "gimme": "give me",
    "lemme": "let me",
    "dunno": "don't know",
    "idk": "i don't know",
    "kinda": "kind of",
    "sorta": "sort of",
    "cuz": "because",
    "coz": "because",
    "bc": "because",
    "thru": "through",
    "tho": "though",
    "til": "until",
    "till": "until",
    "rn": "right now",
    "atm": "right now",
    "em": "them",
    "pls": "please",
    "plz": "please",
    "plss": "please",
    "thx": "thanks",
    "thanx": "thanks",
    "tnx": "thanks",
    "ty": "thanks",
    "tysm": "thanks",
    "nvm": "never mind",
    "np": "no problem",
    "smth": "something",
    "sth": "something",
    "sthg": "something",
    "prob": "probably",
    "probs": "probably",
    "yea": "yeah",
    "yeh": "yeah",
    "naw": "nah",
    "grads": "gradients",
    "hparam": "hyperparameter",
    "hparams": "hyperparameters",
    "hyperparam": "hyperparameter",
    "hyperparams": "hyperparameters",
    "optim": "optimizer",
    "augs": "augmentation",
    "ckpt": "checkpoint",
    "ckpts": "checkpoints",
}
_FILLER = (
    r"(?:lo+l|lmf?ao|rofl|hah?a(?:ha)*|tbh|ngl|imh?o|smh|fr|man|dude|bro|bruh|mate|omg|ugh|argh|hmm*|uhh?|"
    r"umm?|welp)"
)
_NEIGHBOURS = r"(?<![a-z0-9_./~'-])", r"(?![a-z0-9_/']|[.-][a-z0-9])"
_WORD = regex(_NEIGHBOURS[0] + r"[a-z']+" + _NEIGHBOURS[1])
_WITH = regex(r"(?<![a-z0-9_./-])w/(o(?![a-z]))?\s?(?=[a-z0-9])")
_SWORN = regex(r"(?<![a-z])(?:wtf|wth|what the (?:hell|heck|fuck))(?= (?:is|are|was|does|do|did)(?![a-z]))")
_STRETCHED = regex(_NEIGHBOURS[0] + r"[a-z]*([a-z])\1{2,}[a-z]*" + _NEIGHBOURS[1])
_REPEATED = regex(r"([a-z])\1{2,}")
_FILLED = regex(rf"^{_FILLER}[ ,]+(?=\S+ \S)|(?<=[a-z0-9\u3400-\u9fff])[ ,]+{_FILLER}(?:[ ,]+{_FILLER})*$")
_SUBJECTS = ("what", "how", "who", "where", "when", "why", "that", "it", "there", "here")
_JOINED = {
    "can't": "can not",
    "won't": "will not",
    "let's": "let us",
    "its": "it is",
    **{f"{word}'s": f"{word} is" for word in _SUBJECTS},
}
_ENDINGS = {"n't": " not", "'re": " are", "'m": " am", "'ve": " have", "'ll": " will", "'d": " would"}
_CONTRACTED = regex(r"[a-z]+(?:'[a-z]+)|(?<![a-z])its(?![a-z])")


def written_out(folded: str) -> str:
    """A text of lower case with its shorthand written out, and without fillers at its ends."""
    text = _STRETCHED.sub(_unstretched, folded.replace("’", "'"))
    text = _SWORN.sub("what", text)
    text = _WITH.sub(lambda match: "without " if match[1] else "with ", text)
    text = _WORD.sub(lambda match: _WORDS.get(match[0], match[0]), text)
    return _FILLED.sub("", text)


def _unstretched(match: re.Match[str]) -> str:
    short = _REPEATED.sub(r"\1", match[0])
    return short if len(short) > 1 else match[0]


def without_contractions(text: str) -> str:
    """The same in full words: `what is` for `what's`, `do not` for `don't`."""
    return _CONTRACTED.sub(lambda match: _in_full(match[0]), text)


def _in_full(word: str) -> str:
    if word in _JOINED:
        return _JOINED[word]
    for ending, full in _ENDINGS.items():
        if word.endswith(ending):
            return word.removesuffix(ending) + full
    return word
