"""A real browser for tests: what people see, and what a screen reader cannot."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# Where .ci/run puts it.
AXE = Path(sys.prefix) / "share" / "node_modules" / "axe-core" / "axe.min.js"
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None or not os.access(CHROMIUM, os.X_OK), reason="there is no chromium"
)
needs_axe = pytest.mark.skipif(not AXE.exists(), reason="needs axe-core, which npm installs")
WIDTHS = (390, 1400)


@contextmanager
def launched() -> Iterator[Any]:
    """Start Chromium, and end it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@cache
def _read_axe() -> str:
    return AXE.read_text(encoding="utf-8")


def find_barriers(page: Any) -> list[str]:
    """Return what axe-core finds on an open page, light and dark, on a phone and on a desk.

    A page that scrolls sideways is a barrier, too.
    """
    page.evaluate(_read_axe())
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            place = f"{page.url.rpartition('/')[2]} at {width}, {scheme}"
            if (scrolled := page.evaluate("document.documentElement.scrollWidth")) > width:
                found.append(f"{place}: is {scrolled} wide")
            result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            for violation in result["violations"]:
                nodes = [node["target"][0] for node in violation["nodes"][:5]]
                found.append(f"{place}: {violation['id']} in {nodes}")
    return found
