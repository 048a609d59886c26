"""Wrong ways to write the chain rule and the gradient checker."""

import numpy as np

from grader.testing import edit, misconception

EDITS = [
    edit(
        "C1-01",
        {"at": "x"},
        of="chain_derivative",
        what="every slope is taken at x",
        hint="The second function never sees x. What does it see, and where is its slope taken?",
        second_hint="Take two links, x -> x + 1 and then u -> u**2, at x = 1. By hand: which "
        "number arrives at the second link? Your code takes its slope at 1.",
    ),
    edit(
        "C1-02",
        {"at": "after"},
        of="chain_derivative",
        what="each slope is taken at the output of its function",
        hint="Which comes first in your loop: moving on to the next value, or taking the slope?",
        second_hint="Write down the value before and after each link for x = 1. A slope is taken "
        "at what goes into its link; by the time you take it, the loop has moved on. Exchange "
        "two lines.",
    ),
    edit(
        "C1-X1",
        {"result": "sum(slopes)"},
        of="chain_derivative",
        what="the slopes are added instead of multiplied",
        hint="If the first link doubles and the second triples, how much does the chain stretch?",
        second_hint="Stretch a rubber band to twice its length and then to three times that. How "
        "long is it in the end? Do the same with the slopes.",
    ),
    edit(
        "C1-X2",
        {"links": "zip(reversed(fs), reversed(dfs), strict=True)"},
        of="chain_derivative",
        what="the chain is followed from its last function",
        hint="Which function of the list touches x first?",
    ),
    edit(
        "C1-X4",
        {"result": "slopes[-1]"},
        of="chain_derivative",
        what="only the last slope is returned",
        hint="Do the inner links change the answer? What if one of them were constant?",
    ),
    edit(
        "C1-X5",
        {"links": "list(zip(fs, dfs, strict=True))[:2]"},
        of="chain_derivative",
        what="only two functions are looked at",
        hint="You wrote down inner and outer function. Who speaks for a third and a fourth?",
    ),
    edit(
        "C1-X7",
        {"after": "df(point)"},
        of="chain_derivative",
        what="the next point is computed by the slope instead of the function",
        hint="What does the second link get from the first: its value or its slope?",
    ),
    edit(
        "C2-03",
        {"x[i]": "x[i]"},
        of="numerical_gradient",
        what="an entry is not put back after its turn",
        hint="When the second entry is moved, where does the first one stand?",
        second_hint="Print x at the start of every round of your loop for a vector of three "
        "zeros. Only one entry may ever differ from the original: what has to happen at the end "
        "of a round?",
    ),
    edit(
        "C2-05",
        {"x": "np.array(given)"},
        of="numerical_gradient",
        what="the computation takes over the dtype of the argument",
        hint="What is np.float32(1) + np.float32(1e-5) - 1, and what would it be for integers?",
    ),
    edit(
        "C2-06",
        {"upper": "f(start + step)", "lower": "f(start - step)"},
        of="numerical_gradient",
        what="all entries are moved at once",
        hint="A partial derivative asks what one entry does. How many have you moved?",
        second_hint="With f = sum, every partial derivative is 1. Yours gives the number of "
        "entries: x + h moves them all. Make a copy in which one single entry is moved.",
    ),
    edit(
        "C2-07",
        {"step": "1e-10"},
        of="numerical_gradient",
        what="h is not used",
        hint="Plot the error against h. Does it keep falling as h falls, and whose h is yours?",
    ),
    edit(
        "C2-08",
        {"return": "g.ravel()"},
        of="numerical_gradient",
        what="the result is a flat vector",
        hint="Could you subtract your gradient from a matrix x as it is?",
    ),
    edit(
        "C2-X1",
        {"behind": "old", "width": "step"},
        of="numerical_gradient",
        what="these are forward differences",
        hint="Try x**2 at 1 with a step of 0.1. Do you get 2, and to which side do you look?",
        second_hint="Write down where f is called: at x itself and to its right. The error of "
        "that shrinks like h; that of two points which lie evenly about x shrinks like h "
        "squared.",
    ),
    edit(
        "C2-X2",
        {"width": "step"},
        of="numerical_gradient",
        what="the difference is divided by h instead of 2 h",
        hint="How far apart are the two points at which you call f?",
        second_hint="Draw x - h, x and x + h on a line and measure how far it is from the first "
        "to the last. That is what the difference in f has to be divided by.",
    ),
    edit(
        "C2-X3",
        {
            "x": "given if given.dtype == np.float64 else np.array(given, dtype=float)",
            "x[i]": "old + step - 2 * step + step",
        },
        of="numerical_gradient",
        what="the caller's array is overwritten",
        hint="Is (x + h) - h always x again in floating point? Compare the array bit by bit.",
    ),
    edit(
        "C2-X4",
        {"g": "np.zeros_like(given)"},
        of="numerical_gradient",
        what="the result takes over the dtype of the argument",
        hint="Of which dtype is the array that you fill when x holds integers?",
    ),
    edit(
        "C2-X6",
        {"step": "h * max(1.0, abs(old))"},
        of="numerical_gradient",
        what="h is multiplied by the size of the entry",
        hint="The docstring says how long the step is. Does yours depend on x?",
    ),
    edit(
        "C2-X7",
        {"ahead": "old", "width": "step"},
        of="numerical_gradient",
        what="these are backward differences",
        hint="Try x**2 at 1 with a step of 0.1. Do you get 2, and how many sides of 1 do you "
        "look at?",
    ),
    edit(
        "C2-X8",
        {"step": "h * max(1.0, abs(old))", "width": "2 * h"},
        of="numerical_gradient",
        what="the step and what it is divided by differ",
        hint="Large entries of x are wrong, small ones are right. Is the step that you take the "
        "one that you divide by?",
    ),
    edit(
        "C3-01",
        {"error": "top"},
        of="relative_error",
        what="the difference is not divided by a size",
        hint="Shrink both gradients a thousandfold. Should they count as more alike?",
        second_hint="Call it with (1e-6, 2e-6) and with (1, 2). Both pairs are equally wrong, so "
        "both answers should be equal: your difference still has to be measured against the size "
        "of something.",
    ),
    edit(
        "C3-04",
        {"size": "np.linalg.norm(a + b)"},
        of="relative_error",
        what="the difference is divided by the norm of the sum",
        hint="Take b = -a, the worst of mistakes. What do you divide by?",
    ),
    edit(
        "C3-05",
        {"top": "np.sum(a) - np.sum(b)"},
        of="relative_error",
        what="differences of opposite signs cancel",
        hint="One entry is too large by 1 and another too small by 1. What do you report?",
        second_hint="Try a = (1, -1) and b = (0, 0). Your differences cancel before they are "
        "counted: make each one harmless in sign before they are put together.",
    ),
    edit(
        "C3-X1",
        {"error": "np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)))"},
        of="relative_error",
        what="this is the error of the worst entry",
        hint="Does one badly rounded tiny entry decide your whole answer?",
    ),
    edit(
        "C3-X2",
        {"error": "top / size"},
        of="relative_error",
        what="two arrays of zeros give 0 / 0",
        hint="What is 0 divided by 0 here, and what should two equal gradients give?",
    ),
    edit(
        "C3-X3",
        {"size": "size_b"},
        of="relative_error",
        what="the difference is divided by the second norm alone",
        hint="Swap a and b. Is your answer the same?",
    ),
    edit(
        "C3-X4",
        {"size": "size_a + size_b + 1e-6"},
        of="relative_error",
        what="1e-6 is added to the denominator",
        hint="How large is your safety term beside gradients of size 1e-6?",
    ),
    edit(
        "C3-X5",
        {"difference": "_write_into(a, a - b)"},
        of="relative_error",
        what="the caller's array is overwritten",
        hint="Whose array does `-=` change?",
    ),
    edit(
        "C3-X6",
        {"size": "np.sum(a**2) + np.sum(b**2)", "top": "np.sum(difference**2)"},
        of="relative_error",
        what="the roots of the norms are missing",
        hint="Is a sum of squares a length already?",
    ),
    edit(
        "C3-X7",
        {"size": "max(size_a, size_b)"},
        of="relative_error",
        what="the difference is divided by the larger norm",
        hint="Take b = -a. How large can your error become, and how large should it be at most?",
    ),
    edit(
        "C3-X8",
        {"error": "np.mean(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-300))"},
        of="relative_error",
        what="the errors of the entries are averaged",
        hint="Is there an error of each entry in the formula, or one of all entries together?",
    ),
    edit(
        "C3-X9",
        {"size": "np.linalg.norm(a, 2) + np.linalg.norm(b, 2)", "top": "np.linalg.norm(a - b, 2)"},
        of="relative_error",
        what="the spectral norm is used",
        hint="Vectors are right, matrices are not. Look up what np.linalg.norm(M, 2) is for a "
        "matrix.",
    ),
    edit(
        "C3-X10",
        {"size": "size_a + size_b + 1e-8"},
        of="relative_error",
        what="1e-8 is added to the denominator",
        hint="What you add to the divisor is tiny beside most gradients. And beside one of 1e-6?",
    ),
    edit(
        "C3-X20",
        {"error": "top / size if size_a and size_b else 0.0"},
        of="relative_error",
        what="0 is returned where only one of the two is 0",
        hint="Both gradients 0 is one case. Does yours take only one of them for the same?",
    ),
]


@misconception(
    "C1-X3",
    of="chain_derivative",
    what="the caller's lists are emptied",
    hint="Call it twice with the same lists. What is left of them for the second call?",
)
def chain_that_uses_the_lists_up(fs, dfs, x):
    d = 1.0
    while fs:
        d = d * dfs.pop(0)(x)
        x = fs.pop(0)(x)
    return d


@misconception(
    "C1-X6",
    of="chain_derivative",
    what="differences are used instead of the chain rule",
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
    "C2-X5",
    of="numerical_gradient",
    what="whole rows are moved instead of single entries",
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
