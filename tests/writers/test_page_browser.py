"""The pages in a real browser: what people see, click and search."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from support.browser import find_barriers, launched, needs_axe, needs_chromium
from support.pictures import report_with_series
from support.reports import OUTCOMES, report_of, solved
from test_pages import HOSTILE, hostile_report, tally_of

from grader.records import Feedback
from grader.writers.pages.class_page import write_class_page
from grader.writers.pages.pictures.draw import draw_picture
from grader.writers.pages.student_page import write_student_page

pytestmark = [pytest.mark.slow, needs_chromium]
# Row n scores more where n is high, and the names do not sort like the scores.
COUNT = 450


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium for all tests."""
    with launched() as chromium:
        yield chromium


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Return a function that opens a page, and see that nothing was said or fetched."""
    said: list[str] = []
    contexts = []

    def opened(content: bytes, **options: Any) -> Any:
        path = tmp_path / "page.html"
        path.write_bytes(content)
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(f"dialog {dialog.message}"))
        page.on("request", lambda request: said.append(request.url))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [line for line in said if line != (tmp_path / "page.html").as_uri()] == []


def class_page() -> bytes:
    reports = []
    for number in range(COUNT):
        outcomes = tuple(
            replace(o, outcome="passed" if place <= number % 7 else "failed", feedback=Feedback())
            for place, o in enumerate(OUTCOMES)
        )
        reports.append(report_of(f"student {(number * 7) % COUNT}", outcomes))
    return write_class_page(tally_of(*reports))


def names(page: Any) -> list[str]:
    shown: list[str] = page.eval_on_selector_all(
        "#students tbody tr",
        "rows => rows.filter(r => r.offsetHeight).map(r => r.cells[0].innerText)",
    )
    return shown


def test_the_table_sorts_up_and_down(show: Callable[..., Any]) -> None:
    """A click on a column's head, or Enter on it; numbers as numbers."""
    page = show(class_page())
    page.click("#students th:nth-child(1) button")
    assert names(page)[:3] == ["student 0", "student 1", "student 2"]
    page.focus("#students th:nth-child(2) button")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    head = page.locator("#students th:nth-child(2)").first
    assert head.get_attribute("aria-sort") == "descending"
    percents = page.eval_on_selector_all(
        "#students tbody td:nth-child(2)", "cells => cells.map(c => Number(c.innerText))"
    )
    assert percents[:200] == sorted(percents[:200], reverse=True)


def test_a_click_anywhere_in_a_header_sorts_once(show: Callable[..., Any]) -> None:
    """On the edge of the cell as on its word, and each click turns the order round."""
    page = show(class_page())
    head = page.locator("#students th:nth-child(2)").first
    for expected in ("ascending", "descending"):
        head.click(position={"x": 3, "y": 3})
        assert head.get_attribute("aria-sort") == expected
    page.locator("#functions th:nth-child(3)").first.click(position={"x": 3, "y": 3})
    means = page.eval_on_selector_all(
        "#functions tbody td:nth-child(3)", "cells => cells.map(c => Number(c.innerText))"
    )
    assert means == sorted(means)


def test_the_table_is_searched_and_shown_whole(show: Callable[..., Any]) -> None:
    """Few rows at first, all on demand, and those that hold every word."""
    page = show(class_page())
    assert len(names(page)) == 200
    page.fill("#search", "443 STUDENT")
    assert names(page) == ["student 443"]
    assert page.inner_text("#students-found") == f"1 of {COUNT}"
    page.fill("#search", "")
    page.click("#students-all")
    assert len(names(page)) == COUNT


def test_without_scripts_all_rows_are_there(show: Callable[..., Any]) -> None:
    """The page is read without the script."""
    page = show(class_page(), java_script_enabled=False)
    assert page.locator("#students tbody tr:visible").count() == COUNT
    assert not page.locator("#theme").is_visible()


def test_hints_unfold_by_mouse_and_by_keyboard(show: Callable[..., Any]) -> None:
    """A hint is out of sight until it is asked for."""
    page = show(write_student_page(report_of(audience="instructor")))
    hint = page.get_by_text("Which way does it bend?")
    assert not hint.is_visible()
    page.locator("details.hint summary").first.click()
    assert hint.is_visible()
    page.locator("details.hint summary").first.focus()
    page.keyboard.press("Enter")
    assert not hint.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_system_and_the_switch(show: Callable[..., Any], scheme: str) -> None:
    """Auto, light, dark, and a picture's lines go with it."""
    page = show(write_student_page(report_with_series(), draw=draw_picture), color_scheme=scheme)

    def colours() -> list[str]:
        found: list[str] = page.evaluate(
            "[getComputedStyle(document.body).backgroundColor,"
            " getComputedStyle(document.querySelector('svg text')).fill]"
        )
        return found

    auto = colours()
    assert (auto[0] == "rgb(255, 255, 255)") == (scheme == "light")
    page.click("#theme")
    light = colours()
    page.click("#theme")
    dark = colours()
    assert light[0] == "rgb(255, 255, 255)"
    assert dark[0] != light[0]
    assert dark[1] != light[1]
    assert auto == (light if scheme == "light" else dark)
    page.click("#theme")
    assert page.inner_text("#theme") == "Theme: auto"


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_run_nothing(show: Callable[..., Any], words: str) -> None:
    """No dialog, no request, no complaint of the policy: they are text."""
    page = show(write_student_page(hostile_report(words), draw=draw_picture))
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.querySelectorAll('script').length") == 1
    show(write_class_page(tally_of(hostile_report(words))))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_pages_without_scrolling_sideways(
    show: Callable[..., Any], scheme: str
) -> None:
    """At 390 pixels, with the longest words there are."""
    long = report_of(
        "x" * 200, tuple(replace(o, feedback=Feedback(wrong="y" * 900)) for o in OUTCOMES)
    )
    for content in (
        write_student_page(long),
        write_student_page(report_with_series(), draw=draw_picture),
        write_class_page(tally_of(long, solved())),
    ):
        phone = {"viewport": {"width": 390, "height": 800}, "color_scheme": scheme}
        page = show(content, **phone)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_printed_page_is_unfolded(show: Callable[..., Any]) -> None:
    """Paper cannot be clicked."""
    page = show(write_student_page(report_of(audience="instructor")))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.get_by_text("Which way does it bend?").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not page.get_by_text("Which way does it bend?").is_visible()
    page.emulate_media(media="print")
    assert not page.locator("#theme").is_visible()


@needs_axe
def test_no_page_has_a_barrier(browser: Any, tmp_path: Path) -> None:
    """For screen readers, keyboards and weak eyes; with everything unfolded, too."""
    page = browser.new_context(bypass_csp=True).new_page()
    for content in (
        write_student_page(report_of(audience="instructor")),
        write_student_page(report_with_series(), draw=draw_picture),
        write_class_page(tally_of(report_of(), solved())),
    ):
        (tmp_path / "page.html").write_bytes(content)
        page.goto((tmp_path / "page.html").as_uri())
        assert find_barriers(page) == []
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert find_barriers(page) == []
