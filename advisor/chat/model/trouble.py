"""Why a language model was of no use for an answer."""

from advisor.text import Bilingual


class UnusableError(Exception):
    """The model is down, slow, cut off or wrong; the deterministic answer stands.

    Args:
        en: The reason in English, as the end of a sentence.
        zh: The same in Chinese.
    """

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.reason = Bilingual(en=en, zh=zh)


class CutOffError(UnusableError):
    """The model ran out of room; the server itself works."""

    def __init__(self) -> None:
        super().__init__("its answer was cut off", "它的回答被截断了")
