"""Lists what has to be installed with advisor, with the licence of each; 1 where one cannot be passed on."""

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement

OURS = "tuning-advisor"
# Their terms reach whoever passes on a program that merely uses them. LGPL and MPL are not of these.
_REACHING = re.compile(r"\bA?GPL|(?<!Lesser )General Public|Affero", re.IGNORECASE)
_LONGEST = 60


def needed(name: str = OURS) -> dict[str, Distribution]:
    """Every distribution that has to be installed on this machine for another, by name, without extras."""
    found: dict[str, Distribution] = {}
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        try:
            found[one] = distribution(one)
        except PackageNotFoundError:
            continue
        for text in found[one].requires or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(re.sub(r"[-_.]+", "-", requirement.name).lower())
    del found[name]
    return dict(sorted(found.items()))


def licence(of: Distribution) -> str:
    """What a distribution says of its licence, in one line; empty where it says nothing."""
    said = of.metadata
    stated = said.get("License-Expression") or ""
    kinds = [
        line.rpartition(" :: ")[2] for line in said.get_all("Classifier", []) if line.startswith("License")
    ]
    # Some put the whole text there.
    text = (said.get("License") or "").strip().partition("\n")[0]
    return (stated or ", ".join(kinds) or text)[:_LONGEST]


def main(arguments: list[str]) -> int:
    found = {name: licence(one) for name, one in needed().items()}
    for name, said in found.items():
        print(f"{name:24} {said or 'says nothing'}")
    wrong = [name for name, said in found.items() if not said or _REACHING.search(said)]
    if wrong:
        print(f"To be looked at before anybody is told to install it: {', '.join(wrong)}.")
    return int(bool(wrong))
