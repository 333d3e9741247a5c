"""What a user or a program is shown of an assessment: text, Markdown, JSON, tables, charts."""

from advisor.report.as_json import report_json, runs_json
from advisor.report.as_text import report_markdown, report_text
from advisor.report.comparing import overlay_text, ranking_text
from advisor.report.history import comparison_text, ending_text, history_table, next_step, run_row_text
from advisor.report.parts import FindingParts, finding_parts
from advisor.report.settings import settings_json, settings_table
from advisor.report.tables import rules_table, runs_csv, runs_table

__all__ = [
    "FindingParts",
    "comparison_text",
    "ending_text",
    "finding_parts",
    "history_table",
    "next_step",
    "overlay_text",
    "ranking_text",
    "report_json",
    "report_markdown",
    "report_text",
    "rules_table",
    "run_row_text",
    "runs_csv",
    "runs_json",
    "runs_table",
    "settings_json",
    "settings_table",
]
