"""Checks of counted words.

The suite draws the answer first and makes the text from it. So it has no code that counts words,
which would be a solution that students can read.
"""

from grader.testing import check, equal, function, raises

WORDS = ["ant", "bee", "cat", "dog", "eel", "fox", "gnu"]


def draw_counts(rng, kinds):
    """Return how often each of some words is to occur."""
    words = rng.choice(WORDS, size=kinds, replace=False)
    return {word: int(rng.integers(1, 5)) for word in words}


def list_words(rng, counts):
    """Return the words in random order, each as often as it is to occur."""
    words = [word for word, count in counts.items() for _ in range(count)]
    rng.shuffle(words)
    return words


@function("count_words(text)", points=4)
class TestCountWords:
    @check(1, visible=True)
    def test_one_line(self, student, rng):
        """Right for a line of words in lower case."""
        counts = draw_counts(rng, 4)
        equal(student.count_words(" ".join(list_words(rng, counts))), counts, "the result")

    @check(1)
    def test_capitals(self, student, rng):
        """Upper and lower case are the same word."""
        counts = draw_counts(rng, 5)
        words = [rng.choice([word, word.title(), word.upper()]) for word in list_words(rng, counts)]
        equal(student.count_words(" ".join(words)), counts, "the result")

    @check(1)
    def test_white_space(self, student, rng):
        """Several spaces, tabs and new lines separate words, too."""
        counts = draw_counts(rng, 5)
        text = "".join(word + rng.choice(["  ", "\t", "\n"]) for word in list_words(rng, counts))
        equal(student.count_words(text), counts, "the result")

    # A function that always raises passes this check, so it is a property.
    @check(1, kind="property")
    def test_no_word(self, student, rng):
        """A text without a word raises a ValueError."""
        with raises(ValueError):
            student.count_words(rng.choice(["", " ", "\n \n"]))
