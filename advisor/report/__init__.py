"""What a user or a program is shown of an assessment: text, Markdown, JSON, tables, charts.

Nothing is gathered here: the report of one log needs neither the comparison of runs nor the history.
"""
