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
        "only single numbers, and which library has one for arrays?",
        "Print the type and shape of each argument in that line. float(), int() and the "
        "functions of Python's math module take a single number, and numpy's functions take all "
        "entries at once.",
    ),
    ExceptionKind(
        "truth_of_array",
        ("ValueError",),
        r"The truth value of an? (array with more than one element|Series|DataFrame|\w*Index)",
        "The comparison has one answer for each entry, and Python needs a single True or False "
        "there. Do you want to choose entry by entry?",
        "Which part of that line needs a single True or False: an if, while, and, or, not, "
        "max() or min()? Print the comparison: it has one answer for each entry. Look up what "
        "numpy has to choose, or to compare, entry by entry.",
    ),
    ExceptionKind(
        "unknown_name",
        ("NameError",),
        r"name '",
        "Python does not know this name in that line. Is it spelt as where you define it? Is its "
        "definition or import in the file that you hand in?",
        "Compare the name under Raised letter by letter with your file. A module's short name "
        "comes from an import at the top of the file. A variable must get a value on every path "
        "to that line. In a notebook, its cell must be one that is graded.",
    ),
    ExceptionKind(
        "not_assigned_yet",
        ("UnboundLocalError",),
        r"",
        "A name that is assigned anywhere in a function is local to it. On which path to this "
        "line does it have no value yet?",
        "Search the function for `name =` and `name +=`. Is the first of them inside an if or a "
        "loop that may not run, or below this line? A variable of the file must not be assigned "
        "in the function.",
    ),
    ExceptionKind(
        "shapes_differ",
        ("ValueError",),
        r"matmul: .*is different from|shapes .* not aligned|shape-mismatch",
        "Name the axes of both arrays in words, such as samples by units. Which two sizes must "
        "be equal in this line? Does one array have to be transposed, or is it the wrong array?",
        "Print the shapes in the line before it and write down what each size counts. The two "
        "sizes that meet in the product must count the same thing. If an array has the wrong "
        "axes, which line made it?",
    ),
    ExceptionKind(
        "entries_do_not_meet",
        ("ValueError",),
        r"operands could not be broadcast together",
        "This operation goes entry by entry: counted from the right, the sizes must be equal, or "
        "one of them 1. Do you want that here? Which array has other axes than you expect?",
        "Print both shapes in the line before it and write down what each size counts. A vector "
        "with one entry for each row needs a second axis of length 1 beside a matrix. And * is "
        "not the product of two matrices.",
    ),
    ExceptionKind(
        "number_in_product",
        ("ValueError",),
        r"matmul: .*does not have enough dimensions",
        "One side of the @ is a single number. Should it be an array there, or did you want to "
        "multiply by a number?",
        "Print both sides of the @. If one of them should be an array, find the line that made "
        "a single number of it: a sum or mean over everything, or one index too many.",
    ),
    ExceptionKind(
        "too_small_a_place",
        ("ValueError",),
        r"could not broadcast input array|non-broadcastable output operand"
        r"|setting an array element with a sequence\.$",
        "The part that you assign to has another shape than the value. With which shape did you "
        "make the array, and which of the two shapes is right?",
        "Print the shape of the part that you assign to, and of the value. Then look at the "
        "line that made the array, such as np.zeros. Which axes does the docstring ask for?",
    ),
    ExceptionKind(
        "ragged",
        ("ValueError",),
        r"setting an array element with a sequence\. The requested",
        "The parts have different lengths, so numpy cannot make one array of them. Should they "
        "stay in a list, or is one of the parts wrong?",
        "Print the length of each part. Parts of different lengths, such as the layers of a "
        "network, stay in a list. Use a loop over that list.",
    ),
    ExceptionKind(
        "entries_do_not_fill",
        ("ValueError",),
        r"cannot reshape array",
        "A reshape keeps the number of entries. Multiply the sizes: what is there, and what do "
        "you ask for?",
        "Do you want a reshape here? It neither transposes nor drops entries. Print the shape "
        "before it, and write down what each axis counts before and after.",
    ),
    ExceptionKind(
        "cannot_join",
        ("ValueError",),
        r"all the input array|all input arrays|zero-dimensional arrays cannot be concatenated",
        "Along which axis are the arrays joined, and which of their sizes must then be equal?",
        "Print the shape of each array in the call. Do all of them have the same number of "
        "axes? All sizes must be equal except along the joined axis.",
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
        "Count the axes of the array and the indices in the brackets. Which line removed an axis?",
        "Print the shape in the line before it. A sum, a mean or an index removes an axis. An "
        "argument may also have fewer axes than you expect: which shapes does the docstring "
        "allow?",
    ),
    ExceptionKind(
        "index_of_a_number",
        ("IndexError", "TypeError"),
        r"invalid index to scalar variable|'(float|int|numpy\.(float|int|bool)\w*)' object "
        r"(is not subscriptable|does not support item assignment)",
        "The value before the brackets is a single number, and a number has no entries. May "
        "this argument be one number, or has an index already taken the entry?",
        "Print the type and shape in the line before it. np.asarray makes an array without axes "
        "of a number. numpy's functions that work entry by entry need no index at all.",
    ),
    ExceptionKind(
        "index_out_of_range",
        ("IndexError",),
        r"index -?\d+ is out of bounds|(list|tuple|string) (assignment )?index out of range"
        r"|pop from empty list",
        "Python counts from 0. Compare the first and the last index in that line with the "
        "length of the list or array. Which one does not exist?",
        "Print the index and the length in the line before it. In a loop, look at the last "
        "round: i + 1 is one too many there. Also compare the lengths of two lists that you "
        "index together, and of an argument that may be empty.",
    ),
    ExceptionKind(
        "not_a_whole_number",
        ("TypeError", "IndexError"),
        r"'float' object cannot be interpreted as an integer|(list|tuple) indices must be integers"
        r"|only integers, slices|arrays used as indices must be of integer"
        r"|expected a sequence of integers|only integer scalar arrays"
        r"|slice indices must be integers",
        "An index or a size must be a whole number, and / gives a float, even 6 / 2. Is there a "
        "division, or is this not the index that you want?",
        "Print the type and value of the index. 3.0 is not an index. In a loop such as `for x "
        "in values`, x is an entry of the list and not its index.",
    ),
    ExceptionKind(
        "no_such_key",
        ("KeyError",),
        r"",
        "Compare that key letter by letter with the keys that are stored. Is it stored before "
        "it is read? If it has a number, do both count from the same number?",
        "Print sorted(the_dict) in the line before it. Which line writes the keys, with which "
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
        "Print repr() of the text before that line. Look for spaces, currency signs, commas, an "
        "empty text, and for a header line.",
    ),
    ExceptionKind(
        "wrong_accessor",
        ("AttributeError",),
        r"Can only use \.\w+ accessor",
        "What is the type of that column? .str is for text, and .dt is for dates.",
        "Print the dtype of the column in the line before it. Should a line before have changed "
        "it to text or to dates, or is it changed already?",
    ),
    ExceptionKind(
        "column_of_other_length",
        ("ValueError",),
        r"Length of values .* does not match length of index|All arrays must be of the same length",
        "A column has one value for each row. For which rows does your code find none, or more "
        "than one?",
        "Print the length of the table and of the values that you assign. In a loop over the "
        "rows, count the rounds that add nothing.",
    ),
    ExceptionKind(
        "nothing_returned",
        ("TypeError", "AttributeError"),
        r".*NoneType",
        "A value in that line is None. Which call made it, and does that function return a "
        "value on every path?",
        "Print each name in that line. A function without return returns None, and so do "
        "append(), sort() and print(). Do not assign their result.",
    ),
    ExceptionKind(
        "wrong_count_of_values",
        ("ValueError", "TypeError"),
        r"(too many|not enough) values to unpack|cannot unpack non-iterable",
        "Count the names on the left and the values on the right. If the right side is a call, "
        "which values does it return, and in which order?",
        "Print the right side, its type and its length. A loop over a list of pairs takes two "
        "names, and a loop over an array takes one row at a time.",
    ),
    ExceptionKind(
        "arguments_of_a_method",
        ("TypeError",),
        r"\w+\.\w+\(\) takes .*positional argument",
        "Python passes the object as the first argument of a method. Is self the first name in "
        "its def line, and are the other names those of the docstring?",
        "Count the names in the def line and the values in the call, and add one for the object "
        "before the dot.",
    ),
    ExceptionKind(
        "no_iterator",
        ("TypeError",),
        r"iter\(\) returned non-iterator",
        "A list can be looped over, but it is not an iterator. Which function of Python makes "
        "an iterator of a list? Or do you want to yield the entries?",
        "Find the __iter__ of the class. Call next() on what it returns: it has to return the "
        "first entry.",
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
        "Write the call and the def line one below the other. Is an argument missing, is a "
        "bracket closed too late, or does a method lack its self?",
    ),
    ExceptionKind(
        "no_special_method",
        ("TypeError",),
        rf"{_OWN} object is not (iterable|subscriptable|callable|an iterator|reversible)"
        rf"|object of type {_OWN} has no len\(\)|argument of type {_OWN} is not"
        rf"|{_OWN} object does not support item|unsupported operand .*{_OWN}"
        rf"|'.*' not supported between .*{_OWN}|bad operand type .*{_OWN}|unhashable type: {_OWN}",
        "Python calls a special method of the class there, for example __len__ for len(). Does "
        "the class have it, or is the object not the one that you expect?",
        "Look up which special method the operation in that line calls. Is its name in the "
        "class spelt with two underscores on each side, and is it indented as a method of the "
        "class?",
    ),
    ExceptionKind(
        "not_a_function",
        ("TypeError",),
        r"'.*' object is not callable",
        "Round brackets call a function, and this value is not a function. Is an operator "
        "missing before the bracket, or does a variable have the name of a function?",
        "Entries are taken with square brackets. Search your file for the name followed by =. "
        "If you used sum, max or f as a variable, the function of that name is no longer "
        "available.",
    ),
    ExceptionKind(
        "not_a_sequence_of_values",
        ("TypeError",),
        r"'.*' object is not iterable|object of type '.*' has no len\(\)|iteration over a 0-d",
        "Several values are needed there, and this is a single value. Do you mean range() of "
        "it, or is it not the value that you expect?",
        "Print its type in the line before it. Which line made it, and what should it be "
        "according to the docstring?",
    ),
    ExceptionKind(
        "arithmetic_on_lists",
        ("TypeError",),
        r"(unsupported operand|can only concatenate|can't multiply sequence|bad operand type"
        r"|'.*' not supported between).*(list|tuple|dict|non-int)",
        "Python does not calculate with lists entry by entry. Which of the two is a list, and "
        "should it be an array?",
        "Print the types in that line. Make an array of a list of numbers before you calculate. "
        "A list of arrays, such as one for each layer, needs a loop.",
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
        "Square brackets take an entry, and the value before them is a function. Do you want to "
        "call it?",
        "Print the value in the line before it. Does a variable have another name than you "
        "expect, so that the name is that of a function?",
    ),
    ExceptionKind(
        "generator_as_seed",
        ("TypeError",),
        r"Cannot cast scalar from dtype\('O'\)|SeedSequence expects",
        "The generator that is passed in is not a seed. Which of its methods draws what you need?",
        "help(np.random.default_rng(0)) lists its methods. They have the names that you know "
        "from np.random. Call them on the argument.",
    ),
    ExceptionKind(
        "unchangeable",
        ("TypeError",),
        r"'tuple' object does not support item assignment",
        "A tuple cannot be changed. Do you want a new one, or a list?",
        "Collect the values in a list with append. At the end, return the type that the "
        "docstring asks for.",
    ),
    ExceptionKind(
        "whole_numbers_in_place",
        ("UFuncTypeError", "UFuncOutputCastingError", "_UFuncOutputCastingError"),
        r"Cannot cast ufunc",
        "The array on the left holds whole numbers, and the result has fractions. Should this "
        "line change the array in place, and which dtype should it have?",
        "An argument may hold whole numbers. x = x + 1.5 makes a new array. x += 1.5 writes "
        "into the old array, which belongs to the caller and keeps its dtype.",
    ),
    ExceptionKind(
        "shape_is_one_argument",
        ("TypeError",),
        r"Cannot interpret '.*' as a data type",
        "np.zeros, np.ones and np.empty take the whole shape as one argument. How do you write "
        "a pair of sizes as one argument?",
        "Read help(np.zeros): the second argument is the dtype, not a size.",
    ),
    ExceptionKind(
        "no_array",
        ("AttributeError",),
        r"'(list|tuple|float|int|dict|str|function|range)' object has no attribute",
        "Which line made this value, and is it of the type that you expect there?",
        "Print its type in the line before it. Arrays have .shape, .T and .sum(), but numbers, "
        "lists and tuples do not. Read in the docstring which types the arguments have.",
    ),
    ExceptionKind(
        "no_attribute_of_object",
        ("AttributeError",),
        rf"{_OWN} object has no attribute",
        "The object has no attribute of that name. Does __init__ always assign it to self, with "
        "the same spelling?",
        "Print vars() of the object in the line before it: these are its attributes. A name "
        "without self. is a local variable of the method.",
    ),
    ExceptionKind(
        "no_such_attribute",
        ("AttributeError",),
        r"'numpy\.\S+' object has no attribute|module '\w+' has no attribute"
        r"|'\w+' object has no attribute",
        "The value before the dot has no attribute of that name. Is it spelt correctly, and is "
        "it a function of numpy or a method of an array?",
        "Print dir() of the value before the dot, and look for the name. Some names exist only "
        "in np., others only for arrays.",
    ),
    ExceptionKind(
        "divided_by_zero",
        ("ZeroDivisionError",),
        r"",
        "Which number in that line can be 0, and for which arguments?",
        "Print the divisor in the line before it. Is it a length, a size or a step that begins "
        "at 0? What should the result be there according to the docstring?",
    ),
    ExceptionKind(
        "endless_calls",
        ("RecursionError",),
        r"",
        "A function calls itself too many times. Which condition ends the recursion, and does "
        "each call come nearer to it?",
        "Print the argument at the start of the function. If the recursion ends, it is only too "
        "deep for Python: use a loop with a list of what is still to do.",
    ),
    ExceptionKind(
        "too_much_memory",
        ("MemoryError", "_ArrayMemoryError"),
        r"",
        "How many entries does the array in that line have, and which sizes are multiplied there?",
        "Print the shapes in the line before it. Two arrays that are broadcast against each "
        "other, such as (n, 1) and (m,), make n times m entries.",
    ),
    ExceptionKind(
        "own_assertion",
        ("AssertionError",),
        r"",
        "An assert in your code fails. Does its condition hold for every argument that the "
        "docstring allows?",
        "Make the call under Repeat and print both sides of the assert. The docstring may allow "
        "one entry, no entry, and whole numbers.",
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
