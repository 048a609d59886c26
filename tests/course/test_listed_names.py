"""The names in ``packages`` of a course."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.courses import write_small_course

from grader.course.listed import find_misnamed, list_distributions
from grader.course.manifest import load_course
from grader.errors import CourseError, GraderError
from grader.sandbox.packages import describe_missing, refuse_missing_packages


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("scikit-learn", "write 'sklearn'"),
        ("Pillow", "write 'PIL'"),
        ("beautifulsoup4>=4", "write 'bs4'"),
        ("Opencv_Python", "write 'cv2'"),
        ("pandas>=2", "write the name that is imported"),
        ("matplotlib.pyplot", "write 'matplotlib'"),
        ("csv", "is a part of Python"),
        ("grader", "has the suites"),
        ("numpy", "twice"),
        ("", "write the name that is imported"),
    ],
)
def test_a_name_that_is_not_an_import_is_refused_in_one_line(
    name: str, words: str, tmp_path: Path
) -> None:
    """It is what pip installs, a part of something, or not needed."""
    (found,) = find_misnamed(["numpy", name])
    assert words in found
    manifest = write_small_course(tmp_path / "course")
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(f'packages = ["numpy", "{name}"]\n{text}', encoding="utf-8")
    with pytest.raises(CourseError, match="packages has") as caught:
        load_course(manifest)
    assert "\n" not in str(caught.value)


def test_names_that_are_imported_are_fine() -> None:
    """Also of packages that are not installed."""
    assert not list(find_misnamed(["numpy", "pandas", "sklearn", "PIL", "no_such_package"]))
    assert list_distributions(["numpy", "PIL", "pandas"]) == ["pandas", "pillow"]


def test_a_missing_package_is_one_line_with_the_command_that_installs_it() -> None:
    """The command has the name of the distribution."""
    refuse_missing_packages(["numpy", "yaml"])
    assert describe_missing(["numpy", "yaml"]) == ""
    text = describe_missing(["no_such_package"])
    assert text.startswith(
        "no_such_package, which the course needs, is not installed; run `pip install "
        "no_such_package` in the environment of "
    )
    with pytest.raises(GraderError, match="`pip install one_missing other_missing`"):
        refuse_missing_packages(["one_missing", "numpy", "other_missing"])


def test_the_name_of_an_installed_distribution_is_not_taken_for_missing() -> None:
    """Its import is named."""
    with pytest.raises(CourseError, match=r"'pytest_json_report'.*write 'pytest_jsonreport'"):
        refuse_missing_packages(["pytest_json_report"])
