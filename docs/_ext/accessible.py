"""What the theme's pages lack for people who use a keyboard or a screen reader.

``tests/test_site_browser.py`` examines every page with axe-core.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

# What scrolls must have the focus, so that keys can scroll it.
_CHANGES = (
    ('<p class="caption" role="heading">', '<p class="caption" role="heading" aria-level="2">'),
    ('<aside class="sidebar-drawer">', '<aside class="sidebar-drawer" aria-label="All pages">'),
    ('<aside class="toc-drawer', '<aside aria-label="This page" class="toc-drawer'),
    ("<pre>", '<pre tabindex="0">'),
    ('<div class="table-wrapper', '<div tabindex="0" class="table-wrapper'),
    ('<th class="head"><p></p></th>', '<td class="head"></td>'),
    ('<div id="search-results">', '<h1>Search</h1>\n<div id="search-results">'),
)


def _change_pages(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html":
        return
    for page in Path(app.outdir).rglob("*.html"):
        old = text = page.read_text(encoding="utf-8")
        for lacking, better in _CHANGES:
            if better not in text:
                text = text.replace(lacking, better)
        if text != old:
            page.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the event."""
    app.connect("build-finished", _change_pages)
    return {"parallel_read_safe": True}
