"""Charts."""

import matplotlib.pyplot as plt
import numpy as np


def plot_square(x):
    """Draw x squared over x as a line with the label ``square``, with a title and a legend.

    The axes are called ``x`` and ``y``. Nothing is returned.

    *Graded on* curve, many, texts.

    >>> plot_square([1.0, 2.0])
    """
    plt.plot(x, np.square(x), label="square")
    plt.title("The square")
    plt.xlabel("x")
    plt.ylabel("y")
    plt.legend()


def count_bars(words):
    """Return a figure with one bar for each word, in alphabetical order, as long as it is frequent.

    *Graded on* heights, many.

    >>> len(count_bars(["a", "b", "a"]).axes)
    1
    """
    names = sorted(set(words))
    figure, axes = plt.subplots()
    axes.bar(names, [words.count(name) for name in names])
    return figure
