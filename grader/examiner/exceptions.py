"""The exceptions that beginners meet, and what to ask about each.

An exception is known by its type and by what its text begins with or, where that is a pattern,
contains; texts of several versions of Python and numpy are listed. A student's text is only
compared with them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExceptionKind:
    """A kind of exception.

    Parameters
    ----------
    id : str
        The observation that it is.
    types : tuple of str
        Names of the exception's type.
    text : str
        A regular expression that the text begins with.
    hint, second_hint : str
        What to ask oneself; neither gives the formula away.
    """

    id: str
    types: tuple[str, ...]
    text: str
    hint: str
    second_hint: str


# A class that is probably not one of Python's or a package's.
_OWN = (
    r"'(?!NoneType|Fraction|Decimal|Counter|OrderedDict|PosixPath|WindowsPath|DataFrame|Series"
    r"|Index|Timestamp|Timedelta|Generator|Random|Namespace|Figure|Axes)[A-Z]\w*'"
)
# The first that fits is taken.
KINDS = (
    ExceptionKind(
        "one_number",
        ("TypeError",),
        r"only (0-dimensional|length-1|size-1) arrays can be converted to Python scalars"
        r"|must be real number, not list",
        "There is a whole array where one number is needed. Which function in that line takes "
        "single numbers only, and which library has one for arrays?",
        "Print type and shape of what goes into each call in that line. Functions of "
        "Python's math module, float() and int() take a single number; numpy has functions that "
        "take all entries at once.",
    ),
    ExceptionKind(
        "truth_of_array",
        ("ValueError",),
        r"The truth value of an? (array with more than one element|Series|DataFrame|\w*Index)",
        "The comparison has one answer for each entry, and a single yes or no is needed there. "
        "Do you want to choose entry by entry?",
        "In that line find what needs one yes or no: an if, a while, an and, an or, a not, "
        "max() or min() over arrays. Print the comparison by itself: it has one answer an "
        "entry. Look up what numpy has to choose, or to compare, entry by entry.",
    ),
    ExceptionKind(
        "unknown_name",
        ("NameError",),
        r"name '",
        "That line has a name without a value. Is it spelt as where it gets its value, and is "
        "its import or definition in what you hand in?",
        "Read the name in Raised letter by letter and search your file for it. A "
        "module's short name comes from an import at the top of the file; a variable must be made "
        "on every way to that line; in a notebook, its cell has to be one that counts.",
    ),
    ExceptionKind(
        "not_assigned_yet",
        ("UnboundLocalError",),
        r"",
        "A name that is assigned anywhere in a function is local to it. On which way to this line "
        "is it not assigned yet?",
        "Search the function for `name =` and `name +=`. Is the first of them inside an if or a "
        "loop that may not run, or below this line? A variable of the file must not be assigned "
        "in the function.",
    ),
    ExceptionKind(
        "shapes_differ",
        ("ValueError",),
        r"matmul: .*is different from|shapes .* not aligned|shape-mismatch",
        "Name the axes of both arrays in words, such as samples by units. Which two sizes must "
        "be equal in this line, and is one array to be transposed, or another one than you "
        "think?",
        "Print the shapes in the line before it and write beside each size what it counts. Sizes "
        "that meet must count the same thing. Then read backwards: where was the array made that "
        "has the wrong ones?",
    ),
    ExceptionKind(
        "entries_do_not_meet",
        ("ValueError",),
        r"operands could not be broadcast together",
        "Entry by entry, sizes must agree from the right, or be 1. Is entry by entry what you "
        "want in this line, and which array has other axes than you think?",
        "Print both shapes in the line before it and write beside each size what it counts. A "
        "vector of one entry a row needs a second axis of length 1 beside a matrix; and * is not "
        "the product of two matrices.",
    ),
    ExceptionKind(
        "number_in_product",
        ("ValueError",),
        r"matmul: .*does not have enough dimensions",
        "One side of the @ is a single number. Should it be an array there, or did you want to "
        "multiply by a number?",
        "Print both sides of the @. If one of them should be an array, find the line that made a "
        "single number of it: a sum or mean over everything, or an index too many.",
    ),
    ExceptionKind(
        "too_small_a_place",
        ("ValueError",),
        r"could not broadcast input array|non-broadcastable output operand"
        r"|setting an array element with a sequence\.$",
        "The place has another shape than what goes into it. With which shape was the array made, "
        "and which of the two shapes is the right one?",
        "Print the shape of the place and of what you store there. Then look at the line that "
        "made the array, np.zeros for example: which axes does the docstring ask for?",
    ),
    ExceptionKind(
        "ragged",
        ("ValueError",),
        r"setting an array element with a sequence\. The requested",
        "Its parts have different lengths, so they make no array. Should they stay in a list, or "
        "is one of the parts wrong?",
        "Print the length of each part. Parts of different lengths, such as those of a network's "
        "layers, stay in a list, and a loop goes through it.",
    ),
    ExceptionKind(
        "entries_do_not_fill",
        ("ValueError",),
        r"cannot reshape array",
        "A reshape keeps the number of entries. Multiply the sizes: what is there, and what do "
        "you ask for?",
        "Is a reshape what you want here? It neither transposes nor drops entries. Print the "
        "shape before it, and say in words what each axis counts before and after.",
    ),
    ExceptionKind(
        "cannot_join",
        ("ValueError",),
        r"all the input array|all input arrays|zero-dimensional arrays cannot be concatenated",
        "Along which axis are the arrays joined, and which of their sizes must then be equal?",
        "Print the shape of each array in the call. Do they have equally many axes? All sizes but "
        "that of the joined axis must agree.",
    ),
    ExceptionKind(
        "no_such_axis",
        ("AxisError", "ValueError"),
        r"axis -?\d+ is out of bounds|axes don't match array",
        "Axes are counted from 0. How many does this array have, and which one do you mean?",
        "Print the shape in the line before it. If an axis is missing, find the sum, mean or "
        "index that removed it: a keepdims or a slice would keep it.",
    ),
    ExceptionKind(
        "too_many_indices",
        ("IndexError",),
        r"too many indices for array",
        "Count the axes of the array and the indices in the brackets. Where did an axis go?",
        "Print the shape in the line before it. A sum, a mean or an index removes an axis; an "
        "argument may also have fewer axes than you think: what does the docstring allow?",
    ),
    ExceptionKind(
        "index_of_a_number",
        ("IndexError", "TypeError"),
        r"invalid index to scalar variable|'(float|int|numpy\.(float|int|bool)\w*)' object "
        r"(is not subscriptable|does not support item assignment)",
        "It is a single number there, and a number has no entries. Can this argument be one "
        "number, or has an index already taken the entry out?",
        "Print type and shape in the line before it. np.asarray makes an array of a number, of no "
        "axes; numpy's functions that work entry by entry need no index at all.",
    ),
    ExceptionKind(
        "index_out_of_range",
        ("IndexError",),
        r"index -?\d+ is out of bounds|(list|tuple|string) (assignment )?index out of range"
        r"|pop from empty list",
        "Python counts from 0. Which index does your loop begin with, which one does it end with, "
        "and how long is what it goes through?",
        "Print the index and the length in every round. A common cause is l + 1 in the last round, "
        "or a list that has one entry for each layer beside one that has an entry more.",
    ),
    ExceptionKind(
        "not_a_whole_number",
        ("TypeError", "IndexError"),
        r"'float' object cannot be interpreted as an integer|(list|tuple) indices must be integers"
        r"|only integers, slices|arrays used as indices must be of integer"
        r"|expected a sequence of integers|only integer scalar arrays"
        r"|slice indices must be integers",
        "An index or a size has to be a whole number, and / gives none, even of 6 / 2. Which "
        "division does, or is this not the index that you mean?",
        "Print type and value of the index. 3.0 is not an index. If you go through a list with "
        "for, the variable is an entry of it and not its place.",
    ),
    ExceptionKind(
        "no_such_key",
        ("KeyError",),
        r"",
        "Compare that key letter by letter with the keys that are stored. Is it stored before it "
        "is read, and if it has a number, do both count from the same one?",
        "Print sorted(the_dict) in the line before it. Where are the keys written, with which "
        "spelling, and from which number to which?",
    ),
    ExceptionKind(
        "unreadable_text",
        ("ValueError", "DateParseError", "InvalidOperation"),
        r"could not convert string to float|invalid literal for int|Unable to parse string"
        r"|Unknown datetime string format|time data .* (does not|doesn't) match"
        r"|unconverted data remains|Invalid isoformat|Given date string",
        "Which text is read in that line, and which of its characters do not belong to a number or "
        "a date?",
        "Print repr() of the text before that line. Look for spaces, signs of a currency, commas, "
        "an empty text, and for a line of names that is not data.",
    ),
    ExceptionKind(
        "wrong_accessor",
        ("AttributeError",),
        r"Can only use \.\w+ accessor",
        "Which type has that column? .str is for texts, and .dt is for dates.",
        "Print the dtype of the column in the line before it. Should it have been changed to text "
        "or to dates before, or was that done already?",
    ),
    ExceptionKind(
        "column_of_other_length",
        ("ValueError",),
        r"Length of values .* does not match length of index|All arrays must be of the same length",
        "A column has one value for each row. For which rows does your code find none, or more "
        "than one?",
        "Print the length of the table and of what you assign. In a loop over the rows, count the "
        "rounds in which nothing is added.",
    ),
    ExceptionKind(
        "nothing_returned",
        ("TypeError", "AttributeError"),
        r".*NoneType",
        "Something there is None. Which call made it, and does that function return on every way "
        "through it?",
        "Print each name in that line. A function without return gives None, and so do append(), "
        "sort() and print(): their result is not to be assigned.",
    ),
    ExceptionKind(
        "wrong_count_of_values",
        ("ValueError", "TypeError"),
        r"(too many|not enough) values to unpack|cannot unpack non-iterable",
        "Count the names on the left and the values on the right. Which values does the call "
        "return, and in which order?",
        "Print the right side by itself, its type and its length. A loop over a list of pairs "
        "takes two names, one over an array takes a row at a time.",
    ),
    ExceptionKind(
        "arguments_of_a_method",
        ("TypeError",),
        r"\w+\.\w+\(\) takes .*positional argument",
        "Python passes the object itself as the first argument of a method. Is self the first name "
        "in its def line, and are the others those of the docstring?",
        "Count the names in the def line and the values in the call, and add one for the object "
        "before the dot.",
    ),
    ExceptionKind(
        "no_iterator",
        ("TypeError",),
        r"iter\(\) returned non-iterator",
        "A list can be looped over, but it is not an iterator. Which function of Python makes an "
        "iterator of it, or do you want to yield the entries?",
        "Find the __iter__ of the class. Try next() on what it returns: that has to give the first "
        "entry.",
    ),
    ExceptionKind(
        "result_of_a_special_method",
        ("TypeError", "ValueError"),
        r"__\w+__ (method )?(returned non-|should return)|__\w+__\(\) should return",
        "Python calls that method and needs a result of one type. Which one, and does the method "
        "return it?",
        "Call the method by its name, with both underscores, and print the type of the result. "
        "Does it print where it should return?",
    ),
    ExceptionKind(
        "wrong_arguments",
        ("TypeError",),
        r"\S+ (missing \d+ required|takes .*positional argument|got an unexpected keyword"
        r"|got multiple values)",
        "Compare the call with the function's def line: how many arguments, in which order, with "
        "which names?",
        "Write the call and the def line below each other. Is an argument forgotten, a bracket "
        "closed too late, or is a method called that has no self?",
    ),
    ExceptionKind(
        "no_special_method",
        ("TypeError",),
        rf"{_OWN} object is not (iterable|subscriptable|callable|an iterator|reversible)"
        rf"|object of type {_OWN} has no len\(\)|argument of type {_OWN} is not"
        rf"|{_OWN} object does not support item|unsupported operand .*{_OWN}"
        rf"|'.*' not supported between .*{_OWN}|bad operand type .*{_OWN}|unhashable type: {_OWN}",
        "Python calls a special method of the class there, for example __len__ for len(). Does the "
        "class have it, or is the object another one than you think?",
        "Look up which special method the operation in that line calls. Is its name in the class "
        "spelt with two underscores on each side, and is it a method of the class by its "
        "indentation?",
    ),
    ExceptionKind(
        "not_a_function",
        ("TypeError",),
        r"'.*' object is not callable",
        "Round brackets call a function, and this is none. Is an operator missing before the "
        "bracket, or does a variable have the name of a function?",
        "Entries are taken with square brackets. Search your file for the name with = behind it: "
        "if you used sum, max or f for a variable, the function is no longer there.",
    ),
    ExceptionKind(
        "not_a_sequence_of_values",
        ("TypeError",),
        r"'.*' object is not iterable|object of type '.*' has no len\(\)|iteration over a 0-d",
        "Several values are needed there, and this is a single one. Do you mean range() of it, "
        "or is it another value than you think?",
        "Print its type in the line before it. Which line made it, and what should it hold by the "
        "docstring?",
    ),
    ExceptionKind(
        "arithmetic_on_lists",
        ("TypeError",),
        r"(unsupported operand|can only concatenate|can't multiply sequence|bad operand type"
        r"|'.*' not supported between).*(list|tuple|dict|non-int)",
        "Python does not calculate with lists entry by entry. Which of the two is a list, and "
        "should it be an array?",
        "Print the types in that line. Make an array of a list of numbers before you calculate; a "
        "list of arrays, one for each layer, needs a loop.",
    ),
    ExceptionKind(
        "wrong_types",
        ("TypeError",),
        r"unsupported operand|can only concatenate|bad operand type|'.*' not supported between"
        r"|ufunc '\w+' not supported|loop of ufunc does not support",
        "One of the values is not a number or an array of numbers. Which one, and which line made "
        "it?",
        "Print the type of every name in that line. Is one a function that was not called, or "
        "text?",
    ),
    ExceptionKind(
        "function_in_brackets",
        ("TypeError",),
        r"'(function|method|builtin_function_or_method|type|numpy\.(_Array\w+|ufunc))' object is "
        r"not subscriptable",
        "Square brackets take an entry, and this is a function. Do you want to call it?",
        "Is it a function by mistake, because a variable has another name than you think? Print "
        "it in the line before.",
    ),
    ExceptionKind(
        "generator_as_seed",
        ("TypeError",),
        r"Cannot cast scalar from dtype\('O'\)|SeedSequence expects",
        "The generator that is passed in is not a seed. What can be drawn from it as it is?",
        "help(np.random.default_rng(0)) lists its methods. They have the names that you know from "
        "np.random, and belong behind the name of the argument.",
    ),
    ExceptionKind(
        "unchangeable",
        ("TypeError",),
        r"'tuple' object does not support item assignment",
        "A tuple cannot be changed. Do you want a new one, or a list?",
        "Collect the values in a list with append, and return what the docstring asks for in the "
        "end.",
    ),
    ExceptionKind(
        "whole_numbers_in_place",
        ("UFuncTypeError", "UFuncOutputCastingError", "_UFuncOutputCastingError"),
        r"Cannot cast ufunc",
        "The array on the left holds whole numbers, and the result has fractions. Should the array "
        "change in place at all, and which dtype should it have?",
        "An argument may hold whole numbers. x = x + 1.5 makes a new array, x += 1.5 writes into "
        "the old one, which belongs to the caller and keeps its dtype.",
    ),
    ExceptionKind(
        "shape_is_one_argument",
        ("TypeError",),
        r"Cannot interpret '.*' as a data type",
        "np.zeros, np.ones and np.empty take the whole shape as one argument. How is a pair of "
        "sizes written as one?",
        "Look the function up with help(np.zeros): the second argument is the dtype, not a size.",
    ),
    ExceptionKind(
        "no_array",
        ("AttributeError",),
        r"'(list|tuple|float|int|dict|str|function|range)' object has no attribute",
        "Which line made this value, and is it of the type that you expect there?",
        "Print its type in the line before it. Arrays have .shape, .T and .sum(); numbers, lists "
        "and tuples do not. The docstring says what the function gets.",
    ),
    ExceptionKind(
        "no_attribute_of_object",
        ("AttributeError",),
        rf"{_OWN} object has no attribute",
        "The object has nothing of that name. Is it assigned to self in __init__, whatever the "
        "arguments, and spelt there as it is here?",
        "Print vars() of the object in the line before it: these are its attributes. A name "
        "without self. is a variable of the method and ends with it.",
    ),
    ExceptionKind(
        "no_such_attribute",
        ("AttributeError",),
        r"'numpy\.\S+' object has no attribute|module '\w+' has no attribute"
        r"|'\w+' object has no attribute",
        "There is nothing of that name. Is it spelt correctly, and is it a function, a method "
        "or an attribute?",
        "Print dir() of what stands before the dot, and look for the name. Some names are only in "
        "np., others only behind an array.",
    ),
    ExceptionKind(
        "divided_by_zero",
        ("ZeroDivisionError",),
        r"",
        "Which number in that line can be 0, and for which arguments?",
        "Print the divisor in the line before it. Is it a length, a size or a step that begins at "
        "0? What should come out there by the docstring?",
    ),
    ExceptionKind(
        "endless_calls",
        ("RecursionError",),
        r"",
        "A function calls itself too often. Which call ends the chain, and does each one come "
        "nearer to it?",
        "Print the argument at the start of the function. If it does come to an end, the chain is "
        "only too deep for Python: then a loop with a list of what is still to do has no limit.",
    ),
    ExceptionKind(
        "too_much_memory",
        ("MemoryError", "_ArrayMemoryError"),
        r"",
        "How many entries does the array in that line have, and which sizes are multiplied there?",
        "Print the shapes in the line before it. Two arrays that broadcast against each other, (n, "
        "1) and (m,), make n times m entries.",
    ),
    ExceptionKind(
        "own_assertion",
        ("AssertionError",),
        r"",
        "An assert of yours does not hold here. Is the assumption right for every argument that "
        "the docstring allows?",
        "Make the call under Repeat and print both sides of the assert. One entry, none, and "
        "whole numbers are allowed unless the docstring excludes them.",
    ),
)


def recognise(raised: str, text: str) -> str | None:
    """Return the observation that an exception is, or None.

    Parameters
    ----------
    raised : str
        The name of its type.
    text : str
        What it says.
    """
    for kind in KINDS:
        if raised in kind.types and re.match(kind.text, text):
            return kind.id
    return None
