"""Wrong ways to write the chain rule and the gradient checker, each with what it shows."""

import numpy as np

from grader.testing import misconception


@misconception(
    "C1-01",
    of="chain_derivative",
    hint="The second function never sees x. What does it see, and where is its slope taken?",
    second_hint="Take two links, x -> x + 1 and then u -> u**2, at x = 1. By hand: which number "
    "arrives at the second link? Your code takes its slope at 1.",
)
def chain_with_every_slope_at_x(fs, dfs, x):
    d = 1.0
    for df in dfs:
        d = d * df(x)
    return d


@misconception(
    "C1-02",
    of="chain_derivative",
    hint="Which comes first in your loop: moving on to the next value, or taking the slope?",
    second_hint="Write down the value before and after each link for x = 1. A slope is taken at "
    "what goes into its link; by the time you take it, the loop has moved on. "
    "Exchange two lines.",
)
def chain_with_slopes_at_the_outputs(fs, dfs, x):
    d = 1.0
    for f, df in zip(fs, dfs, strict=True):
        x = f(x)
        d = d * df(x)
    return d


@misconception(
    "C1-X1",
    of="chain_derivative",
    hint="If the first link doubles and the second triples, how much does the chain stretch?",
    second_hint="Stretch a rubber band to twice its length and then to three times that. How "
    "long is it in the end? Do the same with the slopes.",
)
def chain_of_added_slopes(fs, dfs, x):
    d = 0.0
    for f, df in zip(fs, dfs, strict=True):
        d = d + df(x)
        x = f(x)
    return d


@misconception(
    "C1-X2",
    of="chain_derivative",
    hint="Which function of the list touches x first?",
)
def chain_from_the_last_link(fs, dfs, x):
    d = 1.0
    for f, df in zip(reversed(fs), reversed(dfs), strict=True):
        d = d * df(x)
        x = f(x)
    return d


@misconception(
    "C1-X3",
    of="chain_derivative",
    hint="Call it twice with the same lists. What is left of them for the second call?",
)
def chain_that_uses_the_lists_up(fs, dfs, x):
    d = 1.0
    while fs:
        d = d * dfs.pop(0)(x)
        x = fs.pop(0)(x)
    return d


@misconception(
    "C1-X4",
    of="chain_derivative",
    hint="Do the inner links change the answer? What if one of them were constant?",
)
def chain_of_the_last_slope_only(fs, dfs, x):
    for f in fs[:-1]:
        x = f(x)
    return dfs[-1](x)


@misconception(
    "C1-X5",
    of="chain_derivative",
    hint="You wrote down inner and outer function. Who speaks for a third and a fourth?",
)
def chain_of_two_at_most(fs, dfs, x):
    if len(fs) == 1:
        return dfs[0](x)
    return dfs[1](fs[0](x)) * dfs[0](x)


@misconception(
    "C1-X6",
    of="chain_derivative",
    hint="You have been given the slopes of the links. Does your answer change when they do?",
)
def chain_by_differences(fs, dfs, x):
    def run(y):
        for f in fs:
            y = f(y)
        return y

    h = 1e-6
    return (run(x + h) - run(x - h)) / (2 * h)


@misconception(
    "C1-X7",
    of="chain_derivative",
    hint="What does the second link get from the first: its value or its slope?",
)
def chain_of_the_slopes(fs, dfs, x):
    slope = 1.0
    for df in dfs:
        slope = slope * df(x)
        x = df(x)
    return slope


@misconception(
    "C2-03",
    of="numerical_gradient",
    hint="When the second entry is moved, where does the first one stand?",
    second_hint="Print x at the start of every round of your loop for a vector of three zeros. "
    "Only one entry may ever differ from the original: what has to happen at the end "
    "of a round?",
)
def gradient_with_entries_left_moved(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        old = x[i]
        x[i] = old + h
        fp = f(x)
        x[i] = old - h
        fm = f(x)
        g[i] = (fp - fm) / (2 * h)
    return g


@misconception(
    "C2-05",
    of="numerical_gradient",
    hint="What is np.float32(1) + np.float32(1e-5) - 1, and what would it be for integers?",
)
def gradient_in_the_callers_precision(f, x, h=1e-5):
    x = np.array(x)
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        old = x[i]
        x[i] = old + h
        fp = f(x)
        x[i] = old - h
        fm = f(x)
        x[i] = old
        g[i] = (fp - fm) / (2 * h)
    return g


@misconception(
    "C2-06",
    of="numerical_gradient",
    hint="A partial derivative asks what one entry does. How many have you moved?",
    second_hint="With f = sum, every partial derivative is 1. Yours gives the number of entries: "
    "x + h moves them all. Make a copy in which one single entry is moved.",
)
def gradient_shifting_all_entries(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        fp = f(x + h)
        fm = f(x - h)
        g[i] = (fp - fm) / (2 * h)
    return g


@misconception(
    "C2-07",
    of="numerical_gradient",
    hint="Plot the error against h. Does it keep falling as h falls, and whose h is yours?",
)
def gradient_with_a_step_of_its_own(f, x, h=1e-5):
    h = 1e-10
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        old = x[i]
        x[i] = old + h
        fp = f(x)
        x[i] = old - h
        fm = f(x)
        x[i] = old
        g[i] = (fp - fm) / (2 * h)
    return g


@misconception(
    "C2-08",
    of="numerical_gradient",
    hint="Could you subtract your gradient from a matrix x as it is?",
)
def gradient_as_a_flat_vector(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        old = x[i]
        x[i] = old + h
        fp = f(x)
        x[i] = old - h
        fm = f(x)
        x[i] = old
        g[i] = (fp - fm) / (2 * h)
    return g.ravel()


@misconception(
    "C2-X1",
    of="numerical_gradient",
    hint="Try x**2 at 1 with a step of 0.1. Do you get 2, and to which side do you look?",
    second_hint="Write down where f is called: at x itself and to its right. The error of that "
    "shrinks like h; that of two points which lie evenly about x shrinks like h "
    "squared.",
)
def gradient_by_forward_differences(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        old = x[i]
        before = f(x)
        x[i] = old + h
        g[i] = (f(x) - before) / h
        x[i] = old
    return g


@misconception(
    "C2-X2",
    of="numerical_gradient",
    hint="How far apart are the two points at which you call f?",
    second_hint="Draw x - h, x and x + h on a line and measure how far it is from the first to "
    "the last. That is what the difference in f has to be divided by.",
)
def gradient_divided_by_h(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        old = x[i]
        x[i] = old + h
        fp = f(x)
        x[i] = old - h
        fm = f(x)
        x[i] = old
        g[i] = (fp - fm) / h
    return g


@misconception(
    "C2-X3",
    of="numerical_gradient",
    hint="Is (x + h) - h always x again in floating point? Compare the array bit by bit.",
)
def gradient_in_the_callers_array(f, x, h=1e-5):
    if not (isinstance(x, np.ndarray) and x.dtype == np.float64):
        x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        x[i] += h
        fp = f(x)
        x[i] -= 2 * h
        fm = f(x)
        x[i] += h
        g[i] = (fp - fm) / (2 * h)
    return g


@misconception(
    "C2-X4",
    of="numerical_gradient",
    hint="Of which dtype is the array that you fill when x holds integers?",
)
def gradient_into_the_callers_dtype(f, x, h=1e-5):
    x = np.asarray(x)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        g[i] = (f(x + step) - f(x - step)) / (2 * h)
    return g


@misconception(
    "C2-X5",
    of="numerical_gradient",
    hint="Your loop visits each x[i]. What is x[i] when x is a matrix?",
)
def gradient_by_rows(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in range(len(x)):
        old = x[i].copy()
        x[i] = old + h
        fp = f(x)
        x[i] = old - h
        fm = f(x)
        x[i] = old
        g[i] = (fp - fm) / (2 * h)
    return g


@misconception(
    "C2-X6",
    of="numerical_gradient",
    hint="The docstring says how long the step is. Does yours depend on x?",
)
def gradient_with_a_step_in_proportion(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h * max(1.0, abs(x[i]))
        g[i] = (f(x + step) - f(x - step)) / (2 * step[i])
    return g


@misconception(
    "C2-X7",
    of="numerical_gradient",
    hint="Try x**2 at 1 with a step of 0.1. Do you get 2, and how many sides of 1 do you look at?",
)
def gradient_by_backward_differences(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        old = x[i]
        after = f(x)
        x[i] = old - h
        g[i] = (after - f(x)) / h
        x[i] = old
    return g


@misconception(
    "C2-X8",
    of="numerical_gradient",
    hint="Large entries of x are wrong, small ones are right. Is the step that you take the one "
    "that you divide by?",
)
def gradient_with_a_step_that_grows(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        old = x[i]
        step = h * max(1.0, abs(old))
        x[i] = old + step
        after = f(x)
        x[i] = old - step
        g[i] = (after - f(x)) / (2 * h)
        x[i] = old
    return g


@misconception(
    "C3-01",
    of="relative_error",
    hint="Shrink both gradients a thousandfold. Should they count as more alike?",
    second_hint="Call it with (1e-6, 2e-6) and with (1, 2). Both pairs are equally wrong, so "
    "both answers should be equal: your difference still has to be measured against "
    "the size of something.",
)
def error_absolute(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return float(np.linalg.norm(a - b))


@misconception(
    "C3-04",
    of="relative_error",
    hint="Take b = -a, the worst of mistakes. What do you divide by?",
)
def error_by_the_norm_of_the_sum(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    den = np.linalg.norm(a + b)
    return float(np.linalg.norm(a - b) / den) if den else 0.0


@misconception(
    "C3-05",
    of="relative_error",
    hint="One entry is too large by 1 and another too small by 1. What do you report?",
    second_hint="Try a = (1, -1) and b = (0, 0). Your differences cancel before they are "
    "counted: make each one harmless in sign before they are put together.",
)
def error_signed(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    den = np.linalg.norm(a) + np.linalg.norm(b)
    return float((np.sum(a) - np.sum(b)) / den) if den else 0.0


@misconception(
    "C3-X1",
    of="relative_error",
    hint="Does one badly rounded tiny entry decide your whole answer?",
)
def error_of_the_worst_entry(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return float(np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))))


@misconception(
    "C3-X2",
    of="relative_error",
    hint="What is 0 divided by 0 here, and what should two equal gradients give?",
)
def error_of_zero_is_nan(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))


@misconception(
    "C3-X3",
    of="relative_error",
    hint="Swap a and b. Is your answer the same?",
)
def error_relative_to_the_second(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    den = np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / den) if den else 0.0


@misconception(
    "C3-X4",
    of="relative_error",
    hint="How large is your safety term beside gradients of size 1e-6?",
)
def error_with_a_large_safety_term(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-6))


@misconception(
    "C3-X5",
    of="relative_error",
    hint="Whose array does `-=` change?",
)
def error_in_the_callers_array(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    den = np.linalg.norm(a) + np.linalg.norm(b)
    a -= b
    return float(np.linalg.norm(a) / den) if den else 0.0


@misconception(
    "C3-X6",
    of="relative_error",
    hint="Is a sum of squares a length already?",
)
def error_of_squares(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    den = np.sum(a**2) + np.sum(b**2)
    return float(np.sum((a - b) ** 2) / den) if den else 0.0


@misconception(
    "C3-X7",
    of="relative_error",
    hint="Take b = -a. How large can your error become, and how large should it be at most?",
)
def error_by_the_larger_norm(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    den = max(np.linalg.norm(a), np.linalg.norm(b))
    return float(np.linalg.norm(a - b) / den) if den else 0.0


@misconception(
    "C3-X8",
    of="relative_error",
    hint="Is there an error of each entry in the formula, or one of all entries together?",
)
def relative_error_averaged_by_entry(a, b):
    sizes = np.maximum(np.abs(a) + np.abs(b), 1e-300)
    return float(np.mean(np.abs(np.asarray(a) - b) / sizes))


@misconception(
    "C3-X9",
    of="relative_error",
    hint="Vectors are right, matrices are not. Look up what np.linalg.norm(M, 2) is for a matrix.",
)
def relative_error_with_spectral_norms(a, b):
    size = np.linalg.norm(a, 2) + np.linalg.norm(b, 2)
    return 0.0 if size == 0 else float(np.linalg.norm(np.asarray(a) - b, 2) / size)


@misconception(
    "C3-X10",
    of="relative_error",
    hint="What you add to the divisor is tiny beside most gradients. And beside one of 1e-6?",
)
def relative_error_with_a_large_addend(a, b):
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(np.asarray(a) - b) / (size + 1e-8))


@misconception(
    "C3-X20",
    of="relative_error",
    hint="Both gradients 0 is one case. Does yours take only one of them for the same?",
)
def relative_error_0_where_either_is(a, b):
    size = np.linalg.norm(a) * np.linalg.norm(b)
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)) if size else 0.0
