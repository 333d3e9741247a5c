"""Findings in, ranked concrete changes out."""

from advisor.advice.assessment import Assessment, assess
from advisor.advice.change import Change
from advisor.advice.recommendation import recommend

__all__ = ["Assessment", "Change", "assess", "recommend"]
