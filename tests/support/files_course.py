"""A small course for tests: a program, a function that reads a file, and one that writes one."""

from __future__ import annotations

from pathlib import Path

from support.courses import write_course

MANIFEST = """\
name = "files"
version = "1"
title = "Programs and files"
scratch_mib = 1

[limits]
call_s = 3.0
load_s = 5.0
function_s = 12.0
memory_mib = 1024
cpu_s = 30

[[exercise]]
name = "average"
title = "A program"

[[exercise]]
name = "tables"
title = "Reading a file"

[[exercise]]
name = "logs"
title = "Writing a file"
"""
PROGRAM = '''\
"""Print the average of numbers."""

import sys

count = int(input("How many? "))
numbers = [float(input()) for _ in range(count)]
if not numbers:
    sys.exit("no numbers")
print("average:", sum(numbers) / count)
'''
TABLES = '''\
"""Reading tables."""

import csv


def total(name, column):
    """Return the sum of a column of a CSV file.

    *Graded on* values, folder.

    >>> total("none.csv", "x")
    Traceback (most recent call last):
    FileNotFoundError: [Errno 2] No such file or directory: 'none.csv'
    """
    return _add(name, column)


def ask_total():
    """Ask for a file and a column, and return the sum.

    *Graded on* values, other.

    >>> ask_total()
    0.0
    """
    return _add(input("file: "), input("column: "))


def _add(name, column):
    with open(name, newline="") as file:
        return sum(float(row[column]) for row in csv.DictReader(file))
'''
LOGS = '''\
"""Writing logs."""


def note(name, text):
    """Append a line to a file.

    *Graded on* first, second.

    >>> note("log.txt", "hello")
    """
    with open(name, "a") as file:
        file.write(text + "\\n")
'''
SUITES = {
    "average": '''
from grader.testing import check, equal, expect, printed, whole


def answer(numbers):
    return "".join(f"{number}\\n" for number in [len(numbers), *numbers])


def right(numbers):
    return f"How many? average: {sum(numbers) / len(numbers)}\\n"


@whole("The program", points=4)
class TestProgram:
    @check(1, visible=True)
    def test_average(self, student, rng):
        """Prints the average of three numbers."""
        numbers = rng.integers(1, 100, size=3).tolist()
        output = student.run_script(stdin=answer(numbers))
        printed(student, right(numbers), exact=True)
        expect(output.errors == "", "it writes errors")

    @check(2)
    def test_more(self, student, rng):
        """Prints the average of five numbers."""
        numbers = rng.integers(1, 100, size=5).tolist()
        output = student.run_script(stdin=answer(numbers))
        expect(output.text == right(numbers), "it prints something else")

    @check(1, kind="property")
    def test_none(self, student):
        """Exits with status 1 for no numbers."""
        output = student.run_script(stdin="0\\n")
        equal(output.status, 1, "the exit status")
        expect("average" not in output.text, "it prints an average of nothing")
''',
    "tables": '''
from grader.testing import check, close, function


def table(rng):
    numbers = rng.integers(1, 100, size=(4, 2)).tolist()
    text = "x,y\\n" + "".join(f"{x},{y}\\n" for x, y in numbers)
    return text, sum(x for x, _ in numbers), sum(y for _, y in numbers)


@function("total(name, column)", points=3)
class TestTotal:
    @check(1, visible=True)
    def test_values(self, student, rng):
        """Right for one column."""
        text, x, _ = table(rng)
        student.give_files({"data.csv": text})
        close(student.total("data.csv", "x"), x, "the sum")

    @check(2)
    def test_folder(self, student, rng):
        """Right for another column, in a folder."""
        text, _, y = table(rng)
        student.give_files({"data/other.csv": text.encode()})
        close(student.total("data/other.csv", "y"), y, "the sum")


@function("ask_total()", points=2)
class TestAskTotal:
    @check(1, visible=True)
    def test_values(self, student, rng):
        """Right for what is asked for."""
        text, x, _ = table(rng)
        student.give_files({"data.csv": text})
        student.give_input("data.csv\\nx\\n")
        close(student.ask_total(), x, "the sum")

    @check(1)
    def test_other(self, student, rng):
        """Right for another file."""
        text, _, y = table(rng)
        student.give_files({"data.csv": text, "more.csv": text})
        student.give_input("more.csv\\ny\\n")
        close(student.ask_total(), y, "the sum")
''',
    "logs": '''
from grader.testing import check, expect, function


@function("note(name, text)", points=3)
class TestNote:
    @check(1, visible=True)
    def test_first(self, student, rng):
        """Writes a line."""
        word = f"word {rng.integers(100, 1000)}"
        student.note("log.txt", word)
        expect(student.last.files == {"log.txt": f"{word}\\n".encode()}, "the file is another one")

    @check(2)
    def test_second(self, student, rng):
        """Appends a second line."""
        words = [f"word {number}" for number in rng.integers(100, 1000, size=2)]
        for word in words:
            student.note("log.txt", word)
            student.give_files(student.last.files)
        text = "".join(f"{word}\\n" for word in words)
        expect(student.last.files == {"log.txt": text.encode()}, "a line is missing")
''',
}
MISTAKES = {
    "tables": """
import csv

from grader.testing import misconception


@misconception("T-1", of="total", hint="Which rows are left out?")
def without_the_first_row(name, column):
    with open(name, newline="") as file:
        return sum([float(row[column]) for row in csv.DictReader(file)][1:])


@misconception("T-2", of="ask_total", hint="In which order is it asked for?")
def counts_rows():
    name, column = input("file: "), input("column: ")
    with open(name, newline="") as file:
        return len(list(csv.DictReader(file)))
""",
    "logs": """
from grader.testing import misconception


@misconception("L-1", of="note", hint="What is there after the second call?")
def overwrites(name, text):
    with open(name, "w") as file:
        file.write(text + "\\n")
""",
}
SOLUTIONS = {"average": PROGRAM, "tables": TABLES, "logs": LOGS}


def write_files_course(folder: Path, manifest: str = MANIFEST) -> Path:
    """Write the course with its stubs, and return its manifest."""
    files = {"course.toml": manifest}
    for name, solution in SOLUTIONS.items():
        files[f"solutions/{name}.py"] = solution
        files[f"suites/{name}/test_{name}.py"] = f'"""The suite of {name}."""\n{SUITES[name]}'
        if name in MISTAKES:
            files[f"suites/{name}/misconceptions.py"] = MISTAKES[name]
    return write_course(folder, files)
