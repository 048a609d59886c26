"""Wrong answers."""

import matplotlib.pyplot as plt
import numpy as np

from grader.testing import misconception


@misconception("P-01", of="plot_square", hint="Which of the two is drawn to the right?")
def exchanged(x):
    plt.plot(np.square(x), x, label="square")
    plt.title("The square")
    plt.xlabel("x")
    plt.ylabel("y")
    plt.legend()


@misconception("P-02", of="count_bars", hint="In which order are the bars?")
def in_order_of_appearance(words):
    names = list(dict.fromkeys(words))[::-1]
    figure, axes = plt.subplots()
    axes.bar(names, [words.count(name) for name in names])
    return figure
