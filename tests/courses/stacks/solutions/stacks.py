"""Stacks, and a small language that uses one."""


class Stack:
    """A stack of numbers.

    ``push(x)`` puts a number on top and returns the stack; ``pop()`` takes the top off and returns
    it, and raises IndexError where there is nothing; ``size()`` returns how many there are.

    *Graded on* order, sizes, two_stacks.

    >>> Stack().push(1).push(2).pop()
    2
    """

    def __init__(self):
        """Make an empty stack."""
        self.items = []

    def push(self, x):
        """Put x on top, and return the stack."""
        self.items.append(x)
        return self

    def pop(self):
        """Take the top off and return it."""
        return self.items.pop()

    def size(self):
        """Return how many numbers there are."""
        return len(self.items)


def make_stack(values):
    """Return a stack of some values, the last of which is on top.

    *Graded on* order, copies.

    >>> make_stack([1, 2]).pop()
    2
    """
    stack = Stack()
    for value in values:
        stack.push(value)
    return stack


def drop(stack, n):
    """Take n values off a stack.

    *Graded on* rest, nothing.

    >>> stack = make_stack([1, 2])
    >>> drop(stack, 1)
    >>> stack.size()
    1
    """
    for _ in range(n):
        stack.pop()


def parse(text):
    """Return the numbers in a text, which spaces separate.

    *Graded on* values.

    >>> parse("1 2")
    [1.0, 2.0]
    """
    return [float(word) for word in text.split()]


def total(numbers):
    """Return the sum of some numbers.

    *Graded on* values, parsed, steps.

    >>> total([1, 2])
    3
    """
    return sum(numbers)
