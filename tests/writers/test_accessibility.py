"""The pages for those who do not see them, or see little: names, order and contrast."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from support.pictures import report_with_series
from support.reports import report_of, solved
from test_pages import Reader, attributes, read, tally_of

import grader.writers.pages
from grader.writers.pages.anonymous import hide_names
from grader.writers.pages.class_page import write_class_page
from grader.writers.pages.pictures.draw import draw_picture
from grader.writers.pages.student_page import write_student_page

STYLES = Path(grader.writers.pages.__file__).parent / "templates" / "page.css"
PAGES: dict[str, Callable[[], bytes]] = {
    "student": lambda: write_student_page(report_with_series(), draw=draw_picture),
    "passed": lambda: write_student_page(solved()),
    "instructor": lambda: write_student_page(report_of(audience="instructor")),
    "anonymous": lambda: write_student_page(hide_names(report_of(), "student 1")),
    "class": lambda: write_class_page(tally_of(report_of("a"), solved("b"))),
    "anonymous class": lambda: write_class_page(tally_of(solved("a")), anonymous=True),
}
HEADINGS = [f"h{level}" for level in range(1, 7)]


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> Reader:
    return read(PAGES[request.param]())


def test_a_page_has_a_language_a_title_and_one_main_part(page: Reader) -> None:
    """And a link that skips to it."""
    assert [found.get("lang") for found in attributes(page, "html")] == ["en"]
    (main,) = attributes(page, "main")
    assert main["id"] == "main"
    assert attributes(page, "a")[0] == {"class": "skip", "href": "#main"}
    assert [tag for tag, _ in page.tags].count("title") - len(attributes(page, "desc")) == 1


def test_headings_go_down_step_by_step(page: Reader) -> None:
    """From one first heading, without a level left out."""
    levels = [HEADINGS.index(tag) + 1 for tag, _ in page.tags if tag in HEADINGS]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_every_id_stands_once_and_every_reference_has_its_target(page: Reader) -> None:
    """Labels, descriptions and links within the page."""
    ids = [found["id"] for _, found in page.tags if found.get("id")]
    assert len(ids) == len(set(ids))
    for tag, found in page.tags:
        pointed = [found.get(name) or "" for name in ("aria-labelledby", "aria-describedby", "for")]
        link = found.get("href") or ""
        pointed += [link[1:]] if tag == "a" and link.startswith("#") else []
        assert set(" ".join(pointed).split()) <= set(ids)


def test_what_has_a_role_or_takes_input_has_a_name(page: Reader) -> None:
    """Regions, pictures, scrolled code, sections and fields."""
    labelled = {found.get("for") for found in attributes(page, "label")}
    for tag, found in page.tags:
        named = found.get("aria-label") or found.get("aria-labelledby")
        if tag in ("section", "nav") or found.get("role") in ("region", "group", "img"):
            assert named
        if found.get("tabindex") == "0":
            assert named
            assert found.get("role")
        assert tag != "input" or found.get("id") in labelled
        assert tag != "th" or found.get("scope") in ("row", "col")


def colours() -> dict[str, tuple[str, str]]:
    """Return each colour of the style sheet in the light and in the dark."""
    styles = STYLES.read_text(encoding="utf-8")
    pairs = re.findall(r"--(\w+):light-dark\((#\w+),(#\w+)\)", styles)
    return {name: (light, dark) for name, light, dark in pairs}


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


TEXTS = ["ink", "soft", "good", "bad", "accent", "yours", "right"]
WRITTEN = [(text, ground) for text in TEXTS for ground in ("paper", "card")]
WRITTEN += [(text, "mark") for text in ("ink", "soft", "bad")]  # on a marked line


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("text, ground", WRITTEN)
def test_text_has_contrast_enough(text: str, ground: str, scheme: int) -> None:
    """4.5 to 1, as WCAG AA asks."""
    known = colours()
    low, high = sorted(luminance(known[name][scheme]) for name in (text, ground))
    assert (high + 0.05) / (low + 0.05) >= 4.5
