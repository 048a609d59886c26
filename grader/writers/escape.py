"""Students' text made harmless for each place where it is shown.

`grader.sanitize` takes out what no place should get: control characters, escapes, NUL,
bidirectional marks. This file handles what is dangerous in one place only. Every writer passes
every text through one of these or through `grader.sanitize`.
"""

from __future__ import annotations

import html
import re

from grader.sanitize import clean, clean_line

# What begins a formula, at the start of a cell or where a cell starts if a spreadsheet
# takes another character for the delimiter. Japanese spreadsheets take the wide ones, too.
_FORMULA = re.compile(r'(?:^|[;,\t])[\s"]*(?=[=+\-@＝＋－＠])')  # noqa: RUF001
_NO_VALUE = "-"  # as gradebooks write it


def for_cell(text: str, limit: int = 200) -> str:
    """Return a line that no spreadsheet takes for a formula."""
    return _FORMULA.sub(lambda found: f"{found.group()}'", clean_line(text, limit))


def is_plain_cell(text: str) -> bool:
    """Return whether a cell may be handed on exactly as it is."""
    harmless = text.strip() == _NO_VALUE or not _FORMULA.search(text)
    return harmless and "\n" not in text and clean(text, len(text) + 1) == text


def for_markdown(text: str, limit: int = 200) -> str:
    """Return a line of Markdown that shows exactly these characters, as code.

    Inside ``code`` no user is mentioned and no issue, commit or address is linked; as
    entities no character means anything to Markdown or HTML.
    """
    shown = "".join(
        c if c.isalnum() or c == " " else f"&#{ord(c)};" for c in clean_line(text, limit)
    )
    return f"<code>{shown}</code>"


def for_html_block(text: str, limit: int) -> str:
    """Return a block of HTML, also good within Markdown, that shows the text as it is."""
    return f"<pre>\n{html.escape(clean(text, limit))}\n</pre>"


def for_command(text: str, limit: int = 1_000) -> str:
    """Return text as the message of a GitHub workflow command."""
    cleaned = clean(text, limit)
    return cleaned.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def for_command_property(text: str, limit: int = 200) -> str:
    """Return text as the value of a property of a GitHub workflow command."""
    return for_command(clean_line(text, limit)).replace(":", "%3A").replace(",", "%2C")
