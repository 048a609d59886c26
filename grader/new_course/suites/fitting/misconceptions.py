"""Known mistakes. When a check fails, the result names the mistake that gives the same answers.

To add a mistake, give it a new id. `what` describes it in a few words, and `hint` asks a question
that leads to it without the answer. Then run `grade verify`: it reports a mistake that no check
detects, or that the checks cannot distinguish from another.
"""

from grader.testing import edit, misconception

# Edits of the steps in canonical.py. Two at once are recognised without an entry of their own.
EDITS = [
    edit(
        "F-01",
        {"factor": "2"},
        of="error_gradient",
        what="the gradient is not divided by the number of rows",
        hint="The error is a mean. What happens to it if every row is there twice?",
        second_hint="With every row twice the mean stays the same. Does your gradient?",
    ),
    edit(
        "F-02",
        {"factor": "1 / len(y)"},
        of="error_gradient",
        what="the 2 from the square is missing",
        hint="What is the derivative of the square of x?",
    ),
    edit(
        "F-03",
        {"errors": "y - X @ w"},
        of="error_gradient",
        what="the gradient has the wrong sign",
        hint="A prediction is too high. Does the error grow or shrink when it rises further?",
    ),
    edit(
        "F-04",
        {"transposed": "X"},
        of="error_gradient",
        what="X is not transposed",
        hint="Which shape must the gradient have, and which of N and D are you summing over?",
    ),
]


# A mistake that is more than one step is a whole function.
@misconception(
    "F-05",
    of="error_gradient",
    what="the errors are written into y",
    hint="Print y before and after a call of your function.",
)
def into_the_argument(X, y, w):
    y -= X @ w
    return -2 / len(y) * X.T @ y
