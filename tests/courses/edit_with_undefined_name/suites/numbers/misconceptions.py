"""One name is misspelt, which would be a mistake of its own."""

from grader.testing import edit

EDITS = [
    edit(
        "N-01",
        {"smallest": "largst"},
        of="spread",
        what="the largest value is subtracted",
        hint="Which of the two do you subtract?",
    ),
    edit(
        "N-02",
        {"largest": "max(abs(x) for x in values)"},
        of="spread",
        what="the largest size is taken",
        hint="What is the spread of -2 and 1?",
    ),
]
