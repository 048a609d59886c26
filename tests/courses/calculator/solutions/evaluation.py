"""From parts to a number."""

from parts import Number, Operator
from tokens import tokenize


def evaluate(parts):
    """Return the value of numbers and operators, which is computed from left to right.

    *Graded on* two_numbers, three_numbers.

    >>> evaluate([Number(2), Operator("+"), Number(3), Operator("*"), Number(4)])
    20
    """
    value = parts[0].value
    for operator, number in zip(parts[1::2], parts[2::2]):
        if operator.sign == "+":
            value += number.value
        elif operator.sign == "-":
            value -= number.value
        else:
            value *= number.value
    return value


# provided
def calculate(text):
    """Return the value of a formula."""
    return evaluate(tokenize(text))
