"""Write ``exercises/derivations/*.html`` from the pages in ``docs/students/mathematics``.

``python docs/derivations.py`` writes the pages; with ``--check`` it fails if one is out of date.
Each is one file with its font, so that students can read it beside their stubs without a network.
A section whose heading is the name of a function has that name as its id.
"""

from __future__ import annotations

import base64
import html
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from grader.course.derivations import DERIVATIONS
from grader.schema import write_or_check

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS / "_ext"))

from mathml import keep_together, write_block, write_inline  # noqa: E402

SOURCES = DOCS / "students" / "mathematics"
PAGES = DOCS.parent / "exercises" / DERIVATIONS
STATIC = DOCS / "_static"
FONT = "stix-two-math.woff2"
_STYLE = """
:root { color-scheme: light dark; background: Canvas; color: CanvasText; }
body { margin: 0 auto; max-width: 46rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; }
code { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { overflow-x: auto; padding: 0.8em; border: 1px solid; }
h2 { margin-top: 2em; }
.table { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { padding: 0.3em 0.8em; border-bottom: 1px solid; text-align: left; }
"""
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; font-src data:">
<title>{title}</title>
<!-- The font is a part of STIX Two Math, Copyright 2001-2021 The STIX Fonts Project Authors
(https://github.com/stipub/stixfonts), under the SIL Open Font License 1.1. -->
<style>{style}</style>
</head>
<body>
<main>
{content}</main>
</body>
</html>
"""


def write_page(text: str, style: str) -> str:
    """Return a page of the documentation as an HTML file that needs no other."""
    markdown = MarkdownIt("commonmark").enable("table")
    markdown.use(dollarmath_plugin, allow_space=False)
    markdown.add_render_rule("math_inline", _show_inline)
    markdown.add_render_rule("math_block", _show_block)
    tokens = markdown.parse(text)
    title = ""
    for token, following in pairwise(tokens):
        if token.type == "heading_open":
            title = title or following.content
            token.attrSet("id", _name(following))
        elif token.type == "inline":
            token.children = _keep_links(token.children or [])
        elif token.type == "fence":
            token.attrSet("tabindex", "0")
    content = markdown.renderer.render(tokens, markdown.options, {})
    content = content.replace("<table>", '<div class="table" tabindex="0"><table>')
    content = content.replace("</table>", "</table></div>")
    return _PAGE.format(title=html.escape(title), style=style, content=keep_together(content))


def _name(heading: Token) -> str:
    children = heading.children or []
    if len(children) == 1 and children[0].type == "code_inline":
        return children[0].content
    return "-".join(heading.content.lower().split())


def _keep_links(tokens: list[Token]) -> list[Token]:
    """Return inline tokens without links to other pages, which may not be there."""
    kept, is_kept = [], True
    for token in tokens:
        if token.type == "link_open":
            is_kept = str(token.attrGet("href")).startswith("#")
        if is_kept or token.type not in {"link_open", "link_close"}:
            kept.append(token)
    return kept


def _show_inline(_self: Any, tokens: list[Token], place: int, *_rest: Any) -> str:
    return write_inline(tokens[place].content)


def _show_block(_self: Any, tokens: list[Token], place: int, *_rest: Any) -> str:
    return write_block(tokens[place].content) + "\n"


def read_style() -> str:
    """Return the style sheet of the formulas, with the font in it."""
    style = (STATIC / "mathematics.css").read_text(encoding="utf-8")
    font = base64.b64encode((STATIC / FONT).read_bytes()).decode()
    return style.replace(FONT, f"data:font/woff2;base64,{font}") + _STYLE


def main(arguments: list[str]) -> int:
    """Write all pages, or with ``--check`` compare them; return an exit status."""
    style, status = read_style(), 0
    PAGES.mkdir(exist_ok=True)
    sources = [path for path in sorted(SOURCES.glob("*.md")) if path.stem != "index"]
    for source in sources:
        page = write_page(source.read_text(encoding="utf-8"), style)
        path = PAGES / f"{source.stem}.html"
        status |= write_or_check(path, page, arguments, "python docs/derivations.py")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
