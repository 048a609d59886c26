"""Functions of numbers."""


def spread(values):
    """Print the largest and the smallest value, each on a line of its own.

    *Graded on* values, many_values.

    >>> spread([3, 1])
    largest 3
    smallest 1
    """
    for name, choose in (("largest", max), ("smallest", min)):
        print(name, choose(values))
