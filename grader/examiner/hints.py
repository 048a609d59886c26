"""Hints for what was observed, and the second hint that belongs to a failed check.

The first hint is in the report. Second hints are in the installed course and in no report,
so that a student reads one only when asking for it.
"""

from __future__ import annotations

import ast
from pathlib import Path

from grader.check_report import CheckReport
from grader.examiner.exceptions import KINDS
from grader.examiner.plain_hints import PLAIN_HINTS
from grader.examiner.sealed import DamagedTable, KnownMistakes
from grader.examiner.table_hints import TABLE_HINTS

# For observations that no named misconception explains. A hint asks or nudges; it never
# gives the formula.
HINTS = {
    "constant": "Which argument does it depend on in your code, and where does that get lost?",
    "equal_columns": "Every column comes out alike. What in your code is still different from "
    "column to column?",
    "equal_rows": "Every row comes out alike, so the samples make no difference. Which sum or mean "
    "runs over them?",
    "falls_for_rises": "Take two inputs of which you know which one should give more. Which one "
    "does in your code?",
    "opposite_signs": "Check every minus first; the sizes are wrong too, so look on when the signs "
    "are right.",
    "reversed": "In which order do you collect the results, and in which are they asked for?",
    "scaled_columns": "What is multiplied or divided column by column, and what should it run "
    "over?",
    "scaled_rows": "What is multiplied or divided row by row, and what should it run over?",
    "shifted": "Something is added once too often, or not at all. Is it a constant in the formula?",
    "shifted_rows": "Something that is the same for every row is added once too often, or not at "
    "all. What is it?",
    "undefined": "Define it at the top of the file, under the name that the stub has.",
    "kept_dimension": "An axis of length 1 is too many or too few: look for keepdims, reshape or "
    "None in an index.",
    "default": "Compare the default in your def line with the docstring's.",
    "factor": "Which sum or mean carries this size, and which does the docstring ask for?",
    "factor_argument": "Where does this argument stand in the formula, and how often do you "
    "multiply or divide by it?",
    "factor_unnamed": "A constant factor: look for a 2 or a 1/2, one too many or one too few.",
    "later_step": "The first step is right. What is carried from one step to the next, and is all "
    "of it brought up to date, in the right order?",
    "modified": "Work on a copy, or build a new one: `x = x + y` makes a new array or list, "
    "`x += y` does not.",
    "none": "Does every way through the function end in a return?",
    "not_finite": "Print the intermediate steps: which of them first divides by 0 or overflows?",
    "not_summed": "Every row of the batch contributes: collect the contributions.",
    "own_rng": "Draw from the generator that is passed in, and from no other.",
    "power": "Look for a square or a root: one is missing, or one is too many.",
    "ratio": "Which factor of the right answer is missing from yours, or is in it once too often?",
    "sign": "Check every minus: is one lost, or is one too many?",
    "timeout": "Does every loop come to an end, and how often does the innermost line run?",
    "transposed": "Write the shape under every factor: which of them has to be transposed?",
    "truncated": "Which dtype has the array that you write the results into?",
    "waits": "Does the function wait for input, for a file, or in a sleep?",
    "warned": "On the way something grew too large. Where, and for which arguments?",
    "wrong_keys": "Compare the keys with those in the docstring.",
    "wrong_length": "Count what the docstring says is returned.",
    "wrong_shape": "Write the shape under every step and compare it with the docstring's.",
    "zero": "Print your result just before the return. Was it multiplied by 0, rounded to 0, or"
    " never filled?",
    **{kind.id: kind.hint for kind in KINDS},
    **{identity: hints[0] for identity, hints in (PLAIN_HINTS | TABLE_HINTS).items()},
}


# What ``grade hint`` shows where the first hint did not help: a thing to do, and what to look
# for in it. By observation, and by outcome for what no observation describes.
SECOND_HINTS = {
    "constant": "Call it with two arguments that differ in everything, and print every step of "
    "both calls. Behind which line are the two the same?",
    "equal_columns": "Print the shape after every line. A mean or maximum over the wrong axis, or "
    "one entry in the place of a row, makes columns alike.",
    "equal_rows": "Print the shape after every line. A sum, mean or maximum over the samples makes "
    "all rows alike: at which line are the samples gone?",
    "falls_for_rises": "Write down for each step, from the input on, whether it rises or falls. "
    "Which one turns the direction, and should it?",
    "opposite_signs": "Take one number as input and follow its sign from line to line. Then, with "
    "the right sign, divide your answer by the expected one: is the quotient equal to one of your "
    "steps?",
    "reversed": "Whatever goes backwards meets the last one first. Does each result go to the "
    "beginning or to the end, and where should it?",
    "scaled_columns": "Divide your answer by the expected one and print the quotient: it has one "
    "number a column. Which sum, mean or argument is that number?",
    "scaled_rows": "Divide your answer by the expected one and print the quotient: it has one "
    "number a row. Which sum, mean or argument is that number?",
    "shifted": "Subtract the expected answer from yours. Which constant of the formula is that "
    "number, and how often do you add it?",
    "shifted_rows": "Subtract the expected answer from yours: every row of the difference is the "
    "same. Which argument looks like that row?",
    "undefined": "Open the stub of this exercise beside your file: each function is a `def` at the "
    "left margin, with exactly the stub's name. Nothing that is inside a class, another function "
    "or `if __name__ == ...` is found.",
    "kept_dimension": "Print the shape after every line. Find the line where the axis of length 1 "
    "appears or disappears: a sum or mean drops its axis unless told to keep it, and [:, None] "
    "adds one.",
    "default": "Call it twice, once with the argument left out and once with the docstring's value "
    "written out. Where the two differ, the value behind the = in your def line is another one.",
    "factor": "Call it with one row, then with the same row twice. What should double, what should "
    "stay? The size named above enters or is missing exactly once: look at each sum, mean and "
    "division, and say in words what it runs over.",
    "factor_argument": "Call it with that argument set to 1, then to 2, all else the same. How "
    "should the answer change by the docstring, and how does yours?",
    "factor_unnamed": "Take the smallest input there is, one entry equal to 1, and do the "
    "docstring's formula by hand beside your code. The first line that differs has the factor.",
    "later_step": "Make two steps by hand with whole numbers. Write down all that the function "
    "hands to its next call, beside what it hands on in your code: something is old, missing, or "
    "was brought up to date too early.",
    "modified": "Search your function for +=, -=, *=, out=, sort(), append(), pop() and "
    "assignments to x[...]. Each one writes into an array, list or dict: follow the name back to "
    "where that was made. If that is the caller, copy it there.",
    "none": "Look at the last line of every branch and of every loop: a value that is computed but "
    "follows no return is thrown away. A print is not a return.",
    "not_finite": "Run the call under Repeat with np.seterr(all='raise') before it: Python then "
    "stops in the very line that overflows or divides by 0. Ask which input of that line is the "
    "culprit: 0, or something huge.",
    "not_summed": "Your result has one entry for each row of the batch. The parameter is shared "
    "by all rows, so its gradient has the parameter's own shape: which axis has to go, and by "
    "which operation?",
    "power": "Give it numbers of which you know square and root, 4 and 9 for example, and print "
    "every step. Where do you see a 2 or a 16 in the place of a 4?",
    "ratio": "Divide your answer by the expected one, entry by entry, and lay the quotient beside "
    "each array of the call and each of your steps: one of them is equal to it.",
    "own_rng": "Search for np.random. in your function: whatever follows it draws from numpy's own "
    "generator, or makes a new one. The generator you are given has methods of the same names.",
    "sign": "Take one number as input, for which you know whether the answer rises or falls. "
    "Follow its sign from line to line, on paper; differences are the usual place: which of the "
    "two is taken from which?",
    "transposed": "Name the axes of each factor in words, such as rows by inputs. In a product the "
    "two inner names must be the same word, not only the same size. The outer names are what comes "
    "out: compare them with the docstring.",
    "truncated": "Print the dtype of the array that you fill. np.empty_like and np.zeros_like take "
    "it over from their argument, so whole numbers stay whole; say dtype=float, or make floats of "
    "the argument first.",
    "values": "Make the call under Repeat smaller until you can compute the answer by hand, one "
    "row, one column. Print every step of your function beside your own numbers, and find the "
    "first that differs.",
    "warned": "Run the call under Repeat with np.seterr(all='raise') before it and see which line "
    "it names. np.where computes both of its branches, for all entries: even the one that is not "
    "taken may overflow.",
    "wrong_keys": "Print sorted(your_result) and read it letter by letter beside the docstring. "
    "Upper case, a number that starts at 0 instead of 1, and a key too many are the usual three.",
    "wrong_length": "Print len() of what you return and of what you got. Is a loop one short, is "
    "the first or last one left out, or do you return a value where a pair is asked for?",
    "wrong_shape": "Put a print of the shape behind every line, and call it with all sizes "
    "different, 2, 3 and 5 for example. The first shape that you cannot explain by the docstring "
    "is the place.",
    "zero": "Print what you return just before the return. If it is not zero there, you return "
    "another name than you think; if it is, go back line by line to the last that was not. Whole "
    "numbers divided by // are a common cause.",
    "error": "The first line under Raised is the exception, the next one is your line that raised "
    "it. Run the call under Repeat in Python, and print shape and type of everything in that line.",
    "timeout": "Print a counter and the loop's condition in every round. Does the condition ever "
    "change? A loop over single entries may be right and still too slow: numpy can do all of them "
    "in one expression.",
    "waits": "Search your function, and what it calls, for input(), sleep(), open() and anything "
    "that asks another program or the network. What is graded must work without.",
    **{kind.id: kind.second_hint for kind in KINDS},
    **{identity: hints[1] for identity, hints in (PLAIN_HINTS | TABLE_HINTS).items()},
}


def find_second_hint(suites: Path, check: CheckReport) -> str:
    """Return the second hint for a check that failed, or an empty string.

    A misconception that has no second hint of its own gets that of what was observed.
    """
    exercise, function, _ = check.id.split("/")
    if check.misconception is not None:
        own = _read_hint(suites, exercise, check.misconception, function)
        if own is None and (table := _read_table(suites, exercise)):
            # A kit has the table in place of the misconceptions. The first hint opens the second.
            own = table.second_hint(function, check.misconception, check.hint) or ""
        if own is None or own:
            return own or ""
    for known in (check.observation, check.outcome):
        if known in SECOND_HINTS:
            return SECOND_HINTS[known]
    return SECOND_HINTS["values"] if check.misconception is not None else ""


def _read_table(suites: Path, exercise: str) -> KnownMistakes | None:
    try:
        return KnownMistakes.load(suites, exercise)
    except DamagedTable:
        return None  # grading again reports it; a general hint is as good


def _read_hint(suites: Path, exercise: str, misconception: str, function: str) -> str | None:
    """Return a misconception's second hint, perhaps empty, or None where it is not there.

    The file is parsed and only executed where the id is not written out in it, such as for entries
    that a loop makes: executing it loads numpy and pytest.
    """
    path = suites / exercise / "misconceptions.py"
    if not path.is_file():
        return None
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("edit", "misconception"):
            options = {k.arg: k.value for k in node.keywords if isinstance(k.value, ast.Constant)}
            named = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            of = options.get("of")
            if named == [misconception] and of is not None and of.value == function:
                hint = options.get("second_hint")
                return str(hint.value) if hint is not None else ""
    from grader.testing.catalogue import load_catalogue

    entries = load_catalogue(suites, exercise, "misconceptions")
    hints = [e.second_hint for e in entries if (e.id, e.function) == (misconception, function)]
    return hints[0] if hints else None
