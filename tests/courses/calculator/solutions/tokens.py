"""From a text to its parts."""

from parts import Number, Operator


def tokenize(text):
    """Return the numbers and operators of a text, which are separated by spaces.

    *Graded on* two_numbers, three_numbers.

    >>> tokenize("1 + 20")
    [Number(value=1), Operator(sign='+'), Number(value=20)]
    """
    return [Operator(part) if part in "+-*" else Number(int(part)) for part in text.split()]
