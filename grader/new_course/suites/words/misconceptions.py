"""Known mistakes, as in suites/fitting/misconceptions.py."""

from grader.testing import edit, misconception

EDITS = [
    edit(
        "W-01",
        {"lowered": "text"},
        of="count_words",
        what="words in upper and lower case are counted separately",
        hint="What does your function return for 'To be or not to be'?",
    ),
    edit(
        "W-02",
        {"words": 'lowered.split(" ")'},
        of="count_words",
        what="only single spaces separate words",
        hint="What do you get for two words with two spaces between them, or on two lines?",
    ),
    edit(
        "W-03",
        {"before": "0"},
        of="count_words",
        what="every word is counted once",
        hint="Which number do you add 1 to when a word comes the second time?",
    ),
]


@misconception(
    "W-04",
    of="count_words",
    what="a text without a word gives an empty dict",
    hint="Read under Raises what should happen for a text of spaces.",
)
def without_an_error(text):
    counts = {}
    for word in text.lower().split():
        counts[word] = counts.get(word, 0) + 1
    return counts


@misconception(
    "W-05",
    of="count_words",
    what="letters are counted, not words",
    hint="What does `for x in text` go through?",
)
def of_letters(text):
    if not text.split():
        raise ValueError("no word")
    return {letter: text.lower().count(letter) for letter in set(text.lower())}
