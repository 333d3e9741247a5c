"""What a user or a program is shown of an assessment: text, Markdown, JSON."""
