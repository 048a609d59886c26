"""Checks of stacks: objects stay in the worker."""

from grader.testing import check, close, expect, function


def draw(rng, n):
    """Return n numbers that differ."""
    return rng.normal(size=n).tolist()


@function("Stack", points=3, slips=False)
class TestStack:
    @check(1, visible=True)
    def test_order(self, student, rng):
        """What came last is on top."""
        first, second, third = draw(rng, 3)
        stack = student.keep("Stack")
        student.call_on(stack, "push", first)
        student.call_on(stack, "push", second)
        close(student.call_on(stack, "pop"), second, "the first pop")
        student.call_on(stack, "push", third)
        close(student.call_on(stack, "pop"), third, "the second pop")
        close(student.call_on(stack, "pop"), first, "the third pop")

    @check(1)
    def test_sizes(self, student, rng):
        """The size follows."""
        stack = student.keep("Stack")
        for x in draw(rng, 3):
            student.call_on(stack, "push", x)
        student.call_on(stack, "pop")
        close(student.call_on(stack, "size"), 2, "the size")

    @check(1)
    def test_two_stacks(self, student, rng):
        """Two stacks share nothing."""
        one, other = student.keep("Stack"), student.keep("Stack")
        x, y = draw(rng, 2)
        student.call_on(one, "push", x)
        student.call_on(other, "push", y)
        close(student.call_on(one, "pop"), x, "the pop of one")


@function("make_stack(values)", points=2, slips=False)
class TestMakeStack:
    @check(1, visible=True)
    def test_order(self, student, rng):
        """The last is on top."""
        values = draw(rng, 3)
        stack = student.keep("make_stack", values)
        close(student.call_on(stack, "pop"), values[-1], "the top")

    @check(1)
    def test_copies(self, student, rng):
        """Two stacks share nothing."""
        values = draw(rng, 3)
        stack = student.keep("make_stack", values)
        student.keep("make_stack", draw(rng, 4))
        close(student.call_on(stack, "pop"), values[-1], "the top")


def count_left(module, values, n):
    stack = module.make_stack(values)
    module.drop(stack, n)
    return stack.size()


@function("drop(stack, n)", points=2, slips=False)
class TestDrop:
    @check(1, visible=True)
    def test_rest(self, student, rng):
        """The rest is left."""
        stack = student.keep("make_stack", draw(rng, 5))
        n = int(rng.integers(1, 4))
        student.drop(stack, n)
        close(student.call_on(stack, "size"), 5 - n, "the size")

    @check(1)
    def test_nothing(self, student, rng):
        """Right for several."""
        values = draw(rng, 6)
        close(student.run(count_left, values, 2), 4, "the size")


@function("parse(text)", points=1, slips=False)
class TestParse:
    @check(1, visible=True)
    def test_values(self, student, rng):
        """Right for three numbers, and for two."""
        for n in (3, 2):
            values = draw(rng, n)
            expect(student.parse(" ".join(map(str, values))) == values, "parse is wrong")


def feed(module, values):
    numbers = module.parse(" ".join(map(str, values)))
    return [module.total(numbers[:n]) for n in range(len(numbers) + 1)]


@function("total(numbers)", points=3)
class TestTotal:
    @check(1, visible=True)
    def test_values(self, student, rng):
        """Right for four numbers."""
        values = draw(rng, 4)
        close(student.total(values), sum(values), "the total")

    @check(1)
    def test_parsed(self, student, rng):
        """Right for what parse returns."""
        values = draw(rng, 5)
        numbers = student.parse(" ".join(map(str, values)))
        close(student.total(numbers), sum(values), "the total")

    @check(1)
    def test_steps(self, student, rng):
        """Right step by step."""
        values = draw(rng, 4)
        got = student.run(feed, values)
        close(got, [sum(values[:n]) for n in range(5)], "the totals")
