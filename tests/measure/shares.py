"""How a share is printed."""


def share(part: int, whole: int) -> str:
    """`12 of 30 (40 %)`."""
    return f"{part} of {whole} ({part / whole:.0%})" if whole else "none"
