"""Other right answers."""

import matplotlib.pyplot as plt

from grader.testing import variant


@variant(of="plot_square")
def with_axes(x):
    _, axes = plt.subplots()
    axes.plot(x, [value**2 for value in x], "r--")
    axes.set(title="The square", xlabel="x", ylabel="y")
    axes.legend(["square"])
    plt.show()


@variant(of="count_bars")
def with_figure(words):
    figure = plt.figure(figsize=(3, 2))
    names = sorted(set(words))
    plt.bar(range(len(names)), [words.count(name) for name in names], tick_label=names)
    return figure
