"""Functions of text."""


def count_words(text):
    """Return how often each word is in a text, in lower case.

    *Graded on* counts, many_words, empty_text.

    >>> count_words("To be or not to be")
    {'to': 2, 'be': 2, 'or': 1, 'not': 1}
    """
    counts = {}
    for word in text.lower().split():
        counts[word] = counts.get(word, 0) + 1
    return counts


def parse_score(line):
    """Return the name and the points in a line such as ``"Ada: 3.5"``, as a tuple.

    A line without a colon raises a ``ValueError`` whose text has the word "colon".

    *Graded on* values, more_values, without_colon.

    >>> parse_score("Ada: 3.5")
    ('Ada', 3.5)
    """
    if ":" not in line:
        raise ValueError("there is no colon")
    name, points = line.split(":")
    return name.strip(), float(points)


def print_table(counts):
    """Print one line for each word and its count, the words in order.

    *Graded on* table, larger_table.

    >>> print_table({"be": 2, "a": 1})
    a: 1
    be: 2
    """
    for word in sorted(counts):
        print(f"{word}: {counts[word]}")


def rank(points):
    """Return the names in order of their points, the best first, and leave the dict alone.

    *Graded on* order, longer_order, argument_unchanged.

    >>> rank({"Ada": 2, "Bo": 3})
    ['Bo', 'Ada']
    """
    return sorted(points, key=lambda name: -points[name])
