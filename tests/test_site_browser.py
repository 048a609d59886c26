"""The built documentation in a real browser, and the pages beside the stubs."""

from __future__ import annotations

import importlib.util
import re
import sys
import unicodedata
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from support.browser import find_barriers, launched, needs_axe, needs_chromium
from test_docs import DOCS, PAGES, ROOT, run

SITE_PAGES = [page.relative_to(DOCS).with_suffix(".html") for page in PAGES if DOCS in page.parents]
SITE_PAGES += [Path("search.html"), Path("genindex.html")]
DERIVATIONS = sorted((ROOT / "exercises" / "derivations").glob("*.html"))
MATHEMATICS = [page for page in SITE_PAGES if page.parent.name == "mathematics"]
LICENCE = DOCS / "_static" / "stix-two-math-LICENSE.txt"


def _last_names(path: Path) -> str:
    return "/".join(path.parts[-2:])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    pytest.importorskip("sphinx")
    folder = tmp_path_factory.mktemp("site")
    done = run([sys.executable, "-m", "sphinx", "-q", str(DOCS), str(folder)], ROOT, "")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    """One tab of Chromium for all tests."""
    with launched() as browser:
        yield browser.new_page()


@pytest.mark.slow
@needs_chromium
@needs_axe
@pytest.mark.parametrize("name", SITE_PAGES, ids=str)
def test_a_page_of_the_site_has_no_barrier(site: Path, page: Any, name: Path) -> None:
    """For screen readers, keyboards and weak eyes, on a phone and on a desk, light and dark."""
    page.goto((site / name).as_uri())
    assert find_barriers(page) == []


@pytest.mark.slow
@needs_chromium
@needs_axe
@pytest.mark.parametrize("path", DERIVATIONS, ids=lambda path: path.stem)
def test_a_derivation_has_no_barrier(page: Any, path: Path) -> None:
    """The pages that students open from the disk."""
    page.goto(path.as_uri())
    assert find_barriers(page) == []


def measure(page: Any, kind: str) -> list[float]:
    """Return how much lower the end of each script is than that of its base, in pixels.

    Only letters that end at the base line are compared: a smaller letter on the same line has a
    lower middle, and the end of a j or y is lower anyway.
    """
    page.evaluate("document.fonts.ready")
    found: list[float] = page.eval_on_selector_all(
        f"math {kind}",
        r"""all => {
            const onTheLine = /^[0-9a-eh-ik-or-xzA-IK-PR-Z\u03b4\u03c3\s]+$/;
            return all.map(one => [...one.children].slice(0, 2))
                .filter(parts => parts.every(part => onTheLine.test(part.textContent)))
                .map(parts => parts.map(part => part.getBoundingClientRect().bottom))
                .map(([base, script]) => script - base);
        }""",
    )
    return found


@pytest.mark.slow
@needs_chromium
@pytest.mark.parametrize("name", [*MATHEMATICS, *DERIVATIONS], ids=_last_names)
def test_subscripts_are_lower_and_superscripts_higher(site: Path, page: Any, name: Path) -> None:
    """Also where no font of the machine has a table MATH: the page brings its own."""
    page.goto((site / name).as_uri())
    loaded = page.evaluate("""document.fonts.load("16px 'STIX Two Math'").then(f => f.length)""")
    assert loaded == 1
    lowered, raised = measure(page, "msub"), measure(page, "msup")
    assert all(one > 1.5 for one in lowered), lowered
    assert all(one < -1.5 for one in raised), raised
    assert lowered or raised or name.stem in {"activations", "index"}


def _shown(formula: str) -> set[int]:
    """Return the characters that a browser draws for a formula; one letter is drawn in italics."""
    drawn = set()
    for tag, text in re.findall(r"<(m\w+)[^>]*>([^<>]+)</", formula):
        for letter in (one for one in unescape(text) if not one.isspace()):
            drawn.add(ord(letter))
            if tag == "mi" and len(text) == 1 and letter.isascii() and letter.isalpha():
                name = f"MATHEMATICAL ITALIC {'CAPITAL' if letter.isupper() else 'SMALL'} {letter}"
                drawn.add(ord("\N{PLANCK CONSTANT}" if letter == "h" else unicodedata.lookup(name)))
    return drawn


def test_the_font_has_every_character_of_the_formulas() -> None:
    """Its licence file names them; a character that is not there would come from another font."""
    if importlib.util.find_spec("mdit_py_plugins") is None:
        pytest.skip("needs the extra docs")
    (listed,) = re.findall(r"--unicodes=(\S+)", LICENCE.read_text(encoding="utf-8"))
    has: set[int] = set()
    for part in listed.split(","):
        first, _, last = part.removeprefix("U+").partition("-")
        has |= set(range(int(first, 16), int(last or first, 16) + 1))
    for path in DERIVATIONS:
        drawn = _shown(path.read_text(encoding="utf-8"))
        assert len(drawn) > 20
        assert {chr(one) for one in drawn - has - {0x2061}} == set(), path.name
