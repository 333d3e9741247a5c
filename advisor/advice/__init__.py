"""Findings in, ranked concrete changes out."""

from typing import TYPE_CHECKING

from advisor.lazily import offered

if TYPE_CHECKING:
    from advisor.advice.assessment import Assessment, assess
    from advisor.advice.change import Change
    from advisor.advice.recommendation import recommend
else:
    __getattr__ = offered(
        __name__,
        {
            "Assessment": "assessment",
            "Change": "change",
            "assess": "assessment",
            "recommend": "recommendation",
        },
    )

__all__ = ["Assessment", "Change", "assess", "recommend"]
