"""The right function with every step named, so that a misconception is an edit of one step."""


def count_words(text):
    lowered = text.lower()
    words = lowered.split()
    if not words:
        raise ValueError("there is no word in the text")
    counts = {}
    for word in words:
        before = counts.get(word, 0)
        counts[word] = before + 1
    return counts
