"""Wrong implementations, each with a hint."""

from parts import Number

from grader.testing import misconception


@misconception("C-01", of="tokenize", hint="Which parts of a formula are not numbers?")
def all_are_numbers(text):
    return [Number(int(part)) for part in text.split() if part.isdigit()]


@misconception("C-02", of="evaluate", hint="Which of the two operators comes first?")
def product_first(parts):
    values = [part.value for part in parts[::2]]
    signs = [part.sign for part in parts[1::2]]
    while "*" in signs:
        place = signs.index("*")
        signs.pop(place)
        values[place : place + 2] = [values[place] * values[place + 1]]
    total = values[0]
    for sign, value in zip(signs, values[1:]):
        total += value if sign == "+" else -value
    return total
