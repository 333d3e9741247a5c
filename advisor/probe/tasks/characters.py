"""A character language model on a generated text with words and grammar."""

import random

import torch
from torch import nn

from advisor.probe.target import Probe
from advisor.probe.tasks.building import training

_LENGTH = 32
_SENTENCES = 2_500
_WORDS = {
    "who": ("the cat", "a dog", "our model", "the small net", "one layer", "my teacher", "the old log"),
    "does": ("learns", "forgets", "follows", "reads", "likes", "finds", "shows"),
    "what": (
        "the data",
        "a gradient",
        "the next word",
        "its weights",
        "many books",
        "the answer",
        "a pattern",
    ),
    "how": ("slowly", "at once", "every day", "by heart", "in the end", "again"),
}


def _text() -> str:
    draw = random.Random(0)
    sentences = (" ".join(draw.choice(words) for words in _WORDS.values()) for _ in range(_SENTENCES))
    return ". ".join(sentences)


class Language(nn.Module):
    """Embedding, two gated recurrent layers, linear layer at each position."""

    def __init__(self, characters: int, hidden: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(characters, 24)
        self.recurrent = nn.GRU(24, hidden, num_layers=2, batch_first=True)
        self.head = nn.Linear(hidden, characters)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Tokens, shape (batch, length), to logits, shape (batch, characters, length)."""
        states, _ = self.recurrent(self.embedding(tokens))
        logits: torch.Tensor = self.head(states).transpose(1, 2)
        return logits


def language_model(
    *, lr: float = 0.003, batch_size: int = 32, hidden: int = 64,
    optimizer: str = "adam", momentum: float = 0.9, weight_decay: float = 0.0,
    epochs: int = 4, seed: int = 0,
) -> Probe:  # fmt: skip
    """Each character from those before it; the last tenth of the text is held out."""
    text = _text()
    letters = sorted(set(text))
    codes = torch.tensor([letters.index(letter) for letter in text])
    pieces = (len(codes) - 1) // _LENGTH
    x = codes[: pieces * _LENGTH].reshape(pieces, _LENGTH)
    y = codes[1 : pieces * _LENGTH + 1].reshape(pieces, _LENGTH)
    cut = pieces * 9 // 10
    torch.manual_seed(seed)
    model = Language(len(letters), hidden)
    loss, train, val = nn.CrossEntropyLoss(), (x[:cut], y[:cut]), (x[cut:], y[cut:])
    return training(model, loss, train, val, lr, batch_size, optimizer, momentum, weight_decay, epochs, seed)
