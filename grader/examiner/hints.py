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
    "constant": "Which argument should the result depend on, and in which line of your code "
    "does that get lost?",
    "equal_columns": "All columns of your result are equal. Which step of your code should "
    "treat the columns differently?",
    "equal_rows": "All rows of your result are equal, as if the samples made no difference. "
    "Which sum or mean runs over the samples?",
    "falls_for_rises": "Take two inputs of which you know which one should give the larger "
    "result. Which one does in your code?",
    "opposite_signs": "Check every minus first. The sizes are wrong too: grade again when the "
    "signs are right.",
    "reversed": "In which order do you collect the results, and which order does the docstring "
    "ask for?",
    "scaled_columns": "Which step multiplies or divides column by column, and over which axis "
    "should it run?",
    "scaled_rows": "Which step multiplies or divides row by row, and over which axis should it "
    "run?",
    "shifted": "A number is added once too often, or not at all. Is it a constant of the formula?",
    "shifted_rows": "The same row is added to every row once too often, or not at all. Which "
    "argument looks like it?",
    "undefined": "The file needs a `def` with the name that the stub has, at the left margin, in "
    "code that Python can read.",
    "kept_dimension": "Your result has an axis of length 1 too many or too few. Look for "
    "keepdims, reshape or None in an index.",
    "default": "Compare the default in your def line with the docstring's.",
    "factor": "Which sum or mean divides by this size, and which one does the docstring ask for?",
    "factor_argument": "Where is this argument in the formula, and how many times do you "
    "multiply or divide by it?",
    "factor_unnamed": "Your result is off by a constant factor. Look for a 2 or a 1/2 that is "
    "missing, or there once too often.",
    "later_step": "The first step is right. Which values does it pass on to the next step, and "
    "is each of them updated before it is used?",
    "modified": "Work on a copy, or build a new one: `x = x + y` makes a new array or list, "
    "`x += y` does not.",
    "none": "Does every path through the function end in a return? A print is not one.",
    "not_finite": "Print the intermediate results. Which one first divides by 0 or overflows?",
    "not_summed": "Your result has a row for each sample. Over which axis should the "
    "contributions of the samples be added?",
    "own_rng": "Draw all random numbers from the generator that is passed in.",
    "power": "Look for a square or a square root that is missing, or there once too often.",
    "ratio": "Which factor of the right answer is missing in yours, or there once too often?",
    "sign": "Check every minus: is one missing, or is one too many?",
    "timeout": "Does every loop end, and how many times does the innermost line run?",
    "transposed": "Write down the shape of every factor. Which one has to be transposed?",
    "truncated": "What is the dtype of the array that you write the results into?",
    "waits": "Does your function wait for input, for a file, or in sleep()?",
    "warned": "An intermediate result became too large. In which line, and for which arguments?",
    "wrong_keys": "Compare the keys with those in the docstring.",
    "wrong_length": "Count the results that the docstring lists under Returns.",
    "wrong_shape": "Print the shape after every step and compare it with the docstring's.",
    "zero": "Print your result just before the return. Is it multiplied by 0, rounded to 0, or "
    "never filled?",
    **{kind.id: kind.hint for kind in KINDS},
    **{identity: hints[0] for identity, hints in (PLAIN_HINTS | TABLE_HINTS).items()},
}


# What ``grade hint`` shows where the first hint did not help: a thing to do, and what to look
# for in it. By observation, and by outcome for what no observation describes.
SECOND_HINTS = {
    "constant": "Call it with two different arguments, and print every step of both calls. "
    "After which line are the two the same?",
    "equal_columns": "Print the shape after every line. A mean or maximum over the wrong axis "
    "makes columns equal, and so does a single number in place of a row.",
    "equal_rows": "Print the shape after every line. A sum, mean or maximum over the samples "
    "makes all rows equal. After which line is the axis of the samples missing?",
    "falls_for_rises": "Write down for each step, beginning with the input, whether it rises or "
    "falls. Which step reverses the direction, and should it?",
    "opposite_signs": "Take one number as input and follow its sign from line to line. Then, "
    "with the right sign, divide your answer by the expected one. Is the quotient equal to the "
    "result of one of your steps?",
    "reversed": "A loop that runs backwards computes the last result first. Does your code put "
    "each new result at the beginning or at the end of the list, and where should it be?",
    "scaled_columns": "Divide your answer by the expected one and print the quotient: it has "
    "one number for each column. Which sum, mean or argument has these numbers?",
    "scaled_rows": "Divide your answer by the expected one and print the quotient: it has one "
    "number for each row. Which sum, mean or argument has these numbers?",
    "shifted": "Subtract the expected answer from yours. Which constant of the formula is that "
    "number, and how many times do you add it?",
    "shifted_rows": "Subtract the expected answer from yours: every row of the difference is the "
    "same. Which argument looks like that row?",
    "undefined": "Open the stub of this exercise beside your file. Each function is a `def` at "
    "the left margin, with the name that it has in the stub. A function inside a class, another "
    "function or `if __name__ == ...` is not found.",
    "kept_dimension": "Print the shape after every line. In which line does the axis of length "
    "1 appear or disappear? A sum or mean drops its axis unless you set keepdims, and [:, None] "
    "adds one.",
    "default": "Call it twice, once without the argument and once with the docstring's value. "
    "If the two results differ, the value after the = in your def line is not the docstring's.",
    "factor": "Call it with one row, then with the same row twice. Which results should double, "
    "and which should stay the same? The size that the result names under Wrong is a factor too "
    "many or too few: for each sum, mean and division, write down what it runs over.",
    "factor_argument": "Call it with that argument set to 1, then to 2, and leave the others as "
    "they are. How should the answer change according to the docstring, and how does yours "
    "change?",
    "factor_unnamed": "Take the smallest possible input, one entry equal to 1, and compute the "
    "docstring's formula by hand. Print every step of your code: the first one that differs has "
    "the factor.",
    "later_step": "Compute two steps by hand with whole numbers. Write down all values that the "
    "first step passes to the second, and print those of your code. Which one is old, missing, "
    "or updated too early?",
    "modified": "Search your function for +=, -=, *=, out=, sort(), append(), pop() and "
    "assignments to x[...]. Each one writes into an array, list or dict. Which of them belongs "
    "to the caller? Copy that one first.",
    "none": "Look at the last line of every branch and of every loop. A value that is computed "
    "and not returned is lost, even if it is printed.",
    "not_finite": "Run the call under Repeat with np.seterr(all='raise') before it: Python then "
    "stops in the line that overflows or divides by 0. Print the inputs of that line. Is one of "
    "them 0, or very large?",
    "not_summed": "Your result has one entry for each row of the batch. All rows share the "
    "parameter, so its gradient has the parameter's shape. Which axis is too many, and which "
    "operation removes it?",
    "power": "Call it with numbers whose square and square root you know, such as 4 and 9, and "
    "print every step. Where is there a 2 or a 16 instead of a 4?",
    "ratio": "Divide your answer by the expected one, entry by entry. Compare the quotient with "
    "each array of the call and with each of your steps: which one is equal to it?",
    "own_rng": "Search your function for np.random: such a call draws from numpy's own "
    "generator, or makes a new one. The generator that is passed in has methods of the same "
    "names.",
    "sign": "Take one number as input for which you know whether the answer rises or falls. "
    "Follow its sign from line to line on paper. In each difference, is the right one of the two "
    "subtracted?",
    "transposed": "Name the axes of each factor in words, such as rows by inputs. In a product, "
    "the two inner names must be the same, not only the same size. Compare the outer names with "
    "the docstring.",
    "truncated": "Print the dtype of the array that you fill. np.empty_like and np.zeros_like "
    "take the dtype of their argument, so the array of a whole-number argument cannot hold "
    "fractions. Which argument of np.empty_like changes that?",
    "values": "Make the call under Repeat smaller until you can compute the answer by hand, for "
    "example one row and one column. Print every step of your function and compare it with your "
    "own numbers. Which one is the first that differs?",
    "warned": "Run the call under Repeat with np.seterr(all='raise') before it and read which "
    "line it names. np.where computes both of its branches for all entries, so the branch that "
    "is not taken may overflow too.",
    "wrong_keys": "Print sorted(your_result) and compare it letter by letter with the "
    "docstring. Frequent differences are upper case, numbers that start at 0 instead of 1, and "
    "one key too many.",
    "wrong_length": "Print len() of what you return and of each argument. Is a loop one round "
    "too short, is the first or last entry left out, or do you return one value instead of a "
    "pair?",
    "wrong_shape": "Print the shape after every line, and call it with sizes that are all "
    "different, such as 2, 3 and 5. Which shape is the first that you cannot explain by the "
    "docstring?",
    "zero": "Print what you return just before the return. If it is not zero there, another "
    "name is returned. If it is zero, go back line by line to the last one that is not. A common "
    "cause is // between whole numbers.",
    "error": "Under Raised you find the exception, and below it the line of your code that "
    "raised it. Run the call under Repeat in Python, and print the shape and type of everything "
    "in that line.",
    "timeout": "Print a counter and the loop's condition in every round. Does the condition "
    "ever change? A loop over single entries may be right and still too slow: numpy can compute "
    "all entries in one expression.",
    "waits": "Search your function, and the functions that it calls, for input(), sleep(), "
    "open() and calls of other programs or the network. Graded code must work without them.",
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
