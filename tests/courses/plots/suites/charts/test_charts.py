"""The suite of the exercise charts."""

from grader.testing import Figure, check, close, equal, expect, function, sequence


def the_line(student, x):
    student.plot_square(x)
    (figure,) = sequence(student.figures(), 1, "what is open after the call")
    (axes,) = sequence(figure.axes, 1, "the axes of the figure")
    (line,) = sequence(axes.lines, 1, "the lines")
    return axes, line


@function("plot_square(x)", points=3)
class TestPlotSquare:
    @check(1, visible=True)
    def test_curve(self, student, rng):
        """The curve is right at five places."""
        x = rng.normal(size=5)
        _, line = the_line(student, x)
        close(line.x, x, "x of the line")
        close(line.y, [value * value for value in x], "y of the line")

    @check(1)
    def test_many(self, student, rng):
        """The curve is right at 30 places."""
        x = rng.normal(size=30)
        _, line = the_line(student, x)
        close(line.y, [value * value for value in x], "y of the line")

    @check(1, kind="property")
    def test_texts(self, student, rng):
        """Titles, names of the axes, and a legend."""
        axes, _ = the_line(student, rng.normal(size=4))
        equal(axes.title, "The square", "the title")
        equal(axes.xlabel, "x", "the name of the first axis")
        equal(axes.ylabel, "y", "the name of the second axis")
        expect(axes.legend == ("square",), "the legend has another text, or there is none")


@function("count_bars(words)", points=2)
class TestCountBars:
    @check(1, visible=True)
    def test_heights(self, student, rng):
        """Right for six words."""
        compare_bars(student, draw(rng, 6))

    @check(1)
    def test_many(self, student, rng):
        """Right for 30 words."""
        compare_bars(student, draw(rng, 30))


def draw(rng, count):
    return [["ant", "bee", "cat"][int(n)] for n in rng.integers(0, 3, size=count)]


def compare_bars(student, words):
    figure = student.count_bars(words)
    expect(isinstance(figure, Figure), "the result is not a figure")
    (axes,) = sequence(figure.axes, 1, "the axes of the figure")
    (bars,) = sequence(axes.bars, 1, "the groups of bars")
    counts = {}
    for word in sorted(words):
        counts[word] = counts.get(word, 0) + 1
    close(bars.heights, list(counts.values()), "the heights of the bars")
    expect(bars.names == tuple(counts), "the names below the bars are wrong")
