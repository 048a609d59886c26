"""A page as one file: templates, styles and a script put together, and nothing fetched.

What students wrote is escaped by the templates; should a tag of theirs get through
all the same, the page's policy allows no script but ours and no request at all.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.sanitize import clean, clean_line
from grader.writers.feedback import lines_of
from grader.writers.words import (
    describe_person,
    number,
    points_of,
    readable_time,
    when_handed_in,
)

if TYPE_CHECKING:
    import jinja2

_TEMPLATES = Path(__file__).parent / "templates"
_MAX_WORDS = 4_000


def render_page(template: str, **values: Any) -> bytes:
    """Return a page as UTF-8, from the name of a template's file; every text is escaped."""
    return load_template(template).render(**values).encode()


def load_template(name: str) -> jinja2.Template:
    """Return a template, which is compiled the first time."""
    return _open_templates().get_template(name)


def bound(text: str) -> str:
    """Return a student's text without control characters and not too long."""
    return clean(text, _MAX_WORDS)


@cache
def _open_templates() -> jinja2.Environment:
    import jinja2
    from markupsafe import Markup

    script = (_TEMPLATES / "page.js").read_text(encoding="utf-8")
    style = "".join(
        (_TEMPLATES / name).read_text(encoding="utf-8") for name in ("page.css", "pictures.css")
    )
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    templates.globals.update(
        lines_of=lines_of,
        script=Markup(script),  # noqa: S704 - ours
        style=Markup(style),  # noqa: S704 - ours
        policy="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
        f"form-action 'none'; script-src 'sha256-{digest}'",
    )
    templates.filters.update(
        number=number,
        points=points_of,
        line=clean_line,
        words=bound,
        handed_in=when_handed_in,
        time=readable_time,
        person=describe_person,
    )
    return templates
