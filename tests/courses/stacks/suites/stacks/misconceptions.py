"""Wrong ways."""

from grader.testing import edit, misconception

from .canonical import Stack

EDITS = [
    edit(
        "S-01",
        {"pop.top": "self.items.pop(0)"},
        of="Stack",
        what="the first is taken",
        hint="Which one is on top?",
        cascades=["make_stack"],
    ),
    edit(
        "S-02",
        {"pop.top": "self.items[-1]"},
        of="Stack",
        what="the top stays",
        hint="How many are left?",
        cascades=["drop"],
    ),
    edit(
        "S-03",
        {"size.count": "len(self.items) + 1"},
        of="Stack",
        what="one too many",
        hint="How many are in an empty stack?",
        cascades=["drop"],
    ),
    edit(
        "D-01",
        {"count": "n - 1"},
        of="drop",
        what="one too few",
        hint="How often do you pop for n = 1?",
    ),
    edit(
        "P-01",
        {"numbers": "[float(word) for word in text.split()[1:]]"},
        of="parse",
        what="the first word is left out",
        hint="What is parse of one word?",
        cascades=["total"],
    ),
    edit(
        "T-01",
        {"result": "sum(numbers[1:])"},
        of="total",
        what="the first is left out",
        hint="What is the total of one number?",
    ),
    edit(
        "T-02",
        {"result": "sum(abs(x) for x in numbers)"},
        of="total",
        what="without signs",
        hint="What is the total of 1 and -1?",
    ),
]


@misconception("S-04", of="Stack", hint="Are two stacks the same?", cascades=["drop", "make_stack"])
class Shared:
    items = []

    def push(self, x):
        self.items.append(x)
        return self

    def pop(self):
        return self.items.pop()

    def size(self):
        return len(self.items)


@misconception("M-01", of="make_stack", hint="Which one is on top?")
def reversed_stack(values):
    stack = Stack()
    for value in reversed(values):
        stack.push(value)
    return stack


@misconception("D-02", of="drop", hint="Is anything left?")
def drop_all(stack, n):
    while stack.size():
        stack.pop()
