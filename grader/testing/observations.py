"""What a wrong array looks like beside the right one, in words.

An observation states a fact about two arrays ("every entry has the opposite sign"); it
does not guess at a cause.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Observation:
    """A fact about a wrong answer: a stable id, and a sentence without values."""

    id: str
    text: str


# For observations that no named misconception explains. A hint asks or nudges; it never
# gives the formula.
HINTS = {
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
    "modified": "Work on a copy, or build a new array: `x = x + 1` makes one, `x += 1` does not.",
    "none": "Does every way through the function end in a return?",
    "not_finite": "Print the intermediate steps: which of them first divides by 0 or overflows?",
    "not_summed": "Every row of the batch contributes: collect the contributions.",
    "one_number": "A whole array arrived where one number is wanted. Which function in that line "
    "knows single numbers only, and which library has one for arrays?",
    "own_rng": "Draw from the generator that is passed in, and from no other.",
    "power": "Look for a square or a root: one is missing, or one is too many.",
    "ratio": "Which factor of the right answer is missing from yours, or is in it once too often?",
    "sign": "Check every minus: is one lost, or is one too many?",
    "timeout": "Does every loop come to an end, and how often does the innermost line run?",
    "transposed": "Write the shape under every factor: which of them wants to be transposed?",
    "truncated": "Which dtype has the array that you write the results into?",
    "truth_of_array": "Some entries say yes and others no: what is one yes or no to be? Ask the "
    "question of each entry.",
    "unknown_name": "Python meets a name there that nothing has made yet. Is it spelt as it was "
    "made, and does its import or definition stand in what you hand in?",
    "warned": "On the way something grew too large. Where, and for which arguments?",
    "wrong_keys": "Compare the keys with those in the docstring.",
    "wrong_length": "Count what the docstring says is returned.",
    "wrong_shape": "Write the shape under every step and compare it with the docstring's.",
    "zero": "Nothing arrives: is what you computed lost on the way, or multiplied by 0?",
}


# What ``grade hint`` says where the first hint did not help: a thing to do, and what to look
# for in it. By observation, and by outcome for what no observation describes.
SECOND_HINTS = {
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
    "modified": "Search your function for +=, -=, *=, out=, sort() and assignments to x[...]. Each "
    "one writes into an array: follow the name back to where that array was made. If that is the "
    "caller, copy it there.",
    "none": "Look at the last line of every branch and of every loop: a value that is computed but "
    "stands after no return is thrown away. A print is no return.",
    "not_finite": "Run the call under Repeat with np.seterr(all='raise') before it: Python then "
    "stops in the very line that overflows or divides by 0. Ask which input of that line is the "
    "culprit: 0, or something huge.",
    "not_summed": "Your result has one entry for each row of the batch. The parameter is shared "
    "by all rows, so its gradient has the parameter's own shape: which axis has to go, and by "
    "which operation?",
    "one_number": "Print type and shape of what goes into each call in that line. Functions of "
    "Python's math module, float() and int() take a single number; numpy has functions that take "
    "all entries at once.",
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
    "truth_of_array": "In that line find what wants one yes or no: an if, a while, an and, an or, "
    "a not, max() or min() over arrays. Print the comparison by itself: it has one answer an "
    "entry. Look up what numpy has to choose, or to compare, entry by entry.",
    "unknown_name": "Read the name in Raised letter by letter and search your file for it. A "
    "module's short name comes from an import at the top of the file; a variable must be made on "
    "every way to that line; in a notebook, its cell has to be one that counts.",
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
    "error": "Read Raised from its end: the last line says what, the one above says where. Run the "
    "call under Repeat in Python, and print shape and type of everything in that one line.",
    "timeout": "Print a counter and the loop's condition in every round. Does the condition ever "
    "change? A loop over single entries may be right and still too slow: numpy can do all of them "
    "in one expression.",
}


def observe_shape(got: Array, want: Array, what: str) -> Observation:
    """Say how an array of the wrong shape relates to the right one.

    Parameters
    ----------
    got, want : ndarray
        Of different shapes.
    what : str
        What the array is called.
    """
    shapes = f"{what} has shape {got.shape}, expected {want.shape}"
    if got.ndim == want.ndim == 2 and got.shape == want.shape[::-1] and _same(got.T, want):
        return Observation("transposed", f"{shapes}: the values are right, but transposed")
    long_axes = [tuple(size for size in a.shape if size != 1) for a in (got, want)]
    if long_axes[0] == long_axes[1] and _same(got.reshape(want.shape), want):
        text = f"{shapes}: the values are right, only an axis of length 1 differs"
        return Observation("kept_dimension", text)
    if got.size == want.size and _same(got.reshape(want.shape), want):
        return Observation("wrong_shape", f"{shapes}: the values are right, the shape is not")
    if got.ndim == want.ndim + 1 and got.shape[1:] == want.shape and _same(got.sum(0), want):
        return Observation("not_summed", f"{shapes}: the rows have not been summed")
    return Observation("wrong_shape", shapes)


def observe_values(got: Array, want: Array, what: str, known: Mapping[str, Any]) -> Observation:
    """Say how a wrong array relates to the right one of the same shape.

    Parameters
    ----------
    got, want : ndarray
        Finite, of the same shape, and different.
    what : str
        What the array is called.
    known : mapping of str to int, float or array_like
        What the error may have to do with. A common factor may turn out to be a size of the
        call, such as ``N``, an integer, or an argument, such as ``lr``, a float. An array of
        the answer's shape may be a factor entry by entry, or its sign may tell the right
        entries from the wrong ones.
    """
    if want.any() and not got.any():
        return Observation("zero", f"{what} is zero everywhere")
    if _same(got, np.trunc(want)) and not _same(want, np.trunc(want)):
        return Observation("truncated", f"{what} is cut to whole numbers")
    if _same(got, -want):
        return Observation("sign", f"{what} has the opposite sign in every entry")
    factor = _common_factor(got, want)
    kind, meaning = _name_factor(factor, known) if factor is not None else ("values", "")
    if factor is not None and (meaning or _has_company(want)):
        text = f"{what} is exactly {_number(factor)} times the right answer{meaning}"
        return Observation(kind, text)
    power = _common_power(got, want)
    if power:
        return Observation("power", f"{what} is exactly the {power} of the right answer")
    for name, values in known.items():
        found = _observe_beside(got, want, what, name, np.asarray(values, dtype=np.float64))
        if found:
            return found
    if got.ndim == 2 and got.shape[0] == got.shape[1] and _same(got.T, want):
        return Observation("transposed", f"{what} is right, but transposed")
    return Observation("values", f"{what} {_extent(got, want)}")


def observe_step(seen: Observation, step: int) -> Observation:
    """Say after which of several steps in a row an observation was made.

    Parameters
    ----------
    seen : Observation
        Of the first step that is wrong.
    step : int
        Its number, counted from 1.
    """
    if step == 1:
        return Observation(seen.id, f"after the first step, {seen.text}")
    before = "the first step" if step == 2 else f"{step - 1} steps"
    text = f"right after {before}, and wrong after step {step}: {seen.text}"
    return Observation("later_step", text)


def first_wrong(got: Array, want: Array, rtol: float, atol: float) -> tuple[int, ...]:
    """Return the index of the first entry that is out of tolerance."""
    wrong = ~(np.abs(got - want) <= atol + rtol * np.abs(want))
    return tuple(int(i) for i in np.argwhere(wrong)[0])


def _same(a: Array, b: Array) -> bool:
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=_TOLERANCE, atol=1e-12))


def _common_factor(got: Array, want: Array) -> float | None:
    norm = float(np.sum(want * want))
    if norm == 0.0:
        return None
    factor = float(np.sum(got * want)) / norm
    # Nearly 1 is no factor but a small error.
    known = factor != 0.0 and abs(factor - 1.0) > 100 * _TOLERANCE
    return factor if known and _same(got, factor * want) else None


def _has_company(want: Array) -> bool:
    """Return whether a common factor can be no coincidence.

    Any single number is a multiple of any other.
    """
    return want.size >= 3 and np.ptp(np.abs(want)) > _TOLERANCE * np.max(np.abs(want))


def _common_power(got: Array, want: Array) -> str:
    """Say of which power of the right entries the others are, where they are one."""
    if np.any(want < 0) or not np.any(np.abs(want - want * want) > 1e-3):
        return ""
    # A single 2 is the root of 4 by coincidence.
    if want.size < 3 and np.all(np.round(want, 3) == want):
        return ""
    if _same(got, want * want):
        return "square"
    return "root" if _same(got, np.sqrt(want)) else ""


def _observe_beside(
    got: Array, want: Array, what: str, name: str, values: Array
) -> Observation | None:
    """Say how right and wrong entries are told apart by another array, if they are."""
    if values.shape != got.shape or not values.ndim:
        return None
    shapes = {
        name: values,
        f"1 - {name}": 1.0 - values,
        f"1 / {name}": 1.0 / np.where(values == 0.0, np.nan, values),
        f"1 / (1 - {name})": 1.0 / np.where(values == 1.0, np.nan, 1.0 - values),
        f"{name}**2": values * values,
        f"(1 - {name})**2": (1.0 - values) ** 2,
    }
    if _has_company(want) and _has_company(values):
        for factor, by in shapes.items():
            if _same(got, want * by):
                text = f"{what} is exactly {factor} times the right answer, entry by entry"
                return Observation("ratio", text)
    wrong = ~np.isclose(got, want, rtol=_TOLERANCE, atol=1e-9)
    above = values > 0
    # Three on either side are no chance.
    if min(int(wrong.sum()), int((~wrong).sum())) >= 3 and not np.any(values == 0.0):
        if np.array_equal(wrong, above):
            return Observation(
                "values", f"{what} is right where {name} < 0, wrong where {name} > 0"
            )
        if np.array_equal(wrong, ~above):
            return Observation(
                "values", f"{what} is right where {name} > 0, wrong where {name} < 0"
            )
    return None


def _name_factor(factor: float, known: Mapping[str, Any]) -> tuple[str, str]:
    """Return which kind of factor it is, and what it means, if anything."""
    sizes = {name: number for name, number in known.items() if isinstance(number, int)}
    meaning = _name_size(factor, sizes)
    if meaning:
        return "factor", meaning
    if any(abs(abs(factor) - common) <= _TOLERANCE for common in (2.0, 0.5)):
        return "factor_unnamed", ""
    arguments = {name: number for name, number in known.items() if isinstance(number, float)}
    meaning = _name_argument(factor, arguments)
    # Of any other number there is nothing to be hinted at.
    return ("factor_argument" if meaning else "values"), meaning


def _name_argument(factor: float, arguments: Mapping[str, float]) -> str:
    for name, value in arguments.items():
        forms = [(value, name), (1.0 - value, f"1 - {name}")]
        forms += [
            (1.0 / x, f"1/({form})" if " " in form else f"1/{form}") for x, form in forms if x
        ]
        for number, form in forms:
            if number and abs(factor - number) <= _TOLERANCE * abs(number):
                return f", which is {form} ({name} = {_number(value)})"
    return ""


def _name_size(factor: float, sizes: Mapping[str, int]) -> str:
    named = [(float(size), name) for name, size in sizes.items()]
    named += [(1.0 / size, f"1/{name}") for name, size in sizes.items()]
    # Before ratios of two sizes, and roots, which hit 1/2 by coincidence.
    named += [(2.0, ""), (0.5, "")]
    named += [(sizes[a] / sizes[b], f"{a}/{b}") for a, b in permutations(sizes, 2)]
    named += [(2.0 / size, f"2/{name}") for name, size in sizes.items()]
    named += [(size**0.5, f"sqrt({name})") for name, size in sizes.items()]
    named += [(size**-0.5, f"1/sqrt({name})") for name, size in sizes.items()]
    for sign in (1.0, -1.0):
        for value, name in named:
            if abs(factor - sign * value) <= _TOLERANCE * abs(value):
                parts = re.split(r"\W", name)
                values = ", ".join(f"{n} = {s}" for n, s in sizes.items() if n in parts)
                minus = "-" if sign < 0 else ""
                return f", which is {minus}{name} ({values})" if values else ""
    return ""


def _number(value: float) -> str:
    return f"{value:.6g}"


def _extent(got: Array, want: Array) -> str:
    wrong = ~np.isclose(got, want, rtol=_TOLERANCE, atol=1e-9)
    count = int(wrong.sum())
    error = float(np.linalg.norm(got - want) / (np.linalg.norm(got) + np.linalg.norm(want)))
    if not count:
        return f"is nearly right, but not to all digits (relative error {error:.1e})"
    if got.size == 1:
        if want.item() == 0.0:
            return "should be 0"
        return f"is {_number(got.item() / want.item())} times the right answer"
    if got.ndim == 2 and 0 < count < got.size:
        rows, columns = np.flatnonzero(wrong.any(axis=1)), np.flatnonzero(wrong.any(axis=0))
        if len(rows) == 1 and got.shape[0] > 1:
            return f"is wrong in row {rows[0]} only"
        if len(columns) == 1 and got.shape[1] > 1:
            return f"is wrong in column {columns[0]} only"
    return f"is wrong in {count} of {got.size} entries (relative error {error:.1e})"


def finite_trouble(got: NDArray[Any], what: str) -> Observation | None:
    """Say where an array is NaN or infinite, or return None."""
    if np.isfinite(got).all():
        return None
    for test, word in ((np.isnan, "NaN"), (np.isinf, "infinite")):
        where = np.argwhere(test(got))
        if len(where):
            place = f" at {[int(i) for i in where[0]]}" if got.ndim else ""
            return Observation("not_finite", f"{what} is {word}{place}")
    return None


def holds_text(value: Any) -> bool:
    """Return whether a value is text, or a list or tuple that holds some at any depth.

    numpy would make room for the longest text in every entry, which may be gigabytes.
    """
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str | bytes):
            return True
        if isinstance(one, list | tuple):
            waiting += one
    return False
