"""Right functions that look different. Each must get full marks, so that right work is accepted."""

from grader.testing import variant


@variant(of="count_words")
def with_a_counter(text):
    from collections import Counter

    counts = Counter(word.casefold() for word in text.split())
    if not counts:
        raise ValueError("no words")
    return counts


@variant(of="count_words")
def sorted_first(text):
    words = sorted(text.lower().split())
    if len(words) == 0:
        raise ValueError(text)
    return {word: words.count(word) for word in words}
