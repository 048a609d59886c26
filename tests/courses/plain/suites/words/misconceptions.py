"""Wrong answers."""

from grader.testing import edit, misconception

EDITS = [
    edit(
        "W-01",
        {"words": "text.split()"},
        of="count_words",
        what="upper and lower case are different words",
        hint="Are 'To' and 'to' the same word?",
    ),
    edit(
        "W-02",
        {"counts[word]": "1"},
        of="count_words",
        what="every word counts once",
        hint="What is found for a word that is there twice?",
    ),
    edit(
        "W-03",
        {"stripped": "name"},
        of="parse_score",
        what="the white space around the name stays",
        hint="Print repr() of the name.",
    ),
    edit(
        "W-04",
        {"number": "points.strip()"},
        of="parse_score",
        what="the points stay text",
        hint="Which type does split() give?",
    ),
    edit(
        "W-05",
        {"words": "list(counts)"},
        of="print_table",
        what="the words come in the order of the dict",
        hint="In which order are the words to be printed?",
    ),
    edit(
        "W-06",
        {"names": "sorted(points, key=lambda name: points[name])"},
        of="rank",
        what="the worst comes first",
        hint="Who has the most points?",
    ),
]


@misconception("W-07", of="parse_score", hint="What should happen before the line is split?")
def without_test(line):
    name, points = line.split(":")
    return name.strip(), float(points)


@misconception("W-08", of="print_table", hint="What does return give, and what does print?")
def returned(counts):
    return "\n".join(f"{word}: {counts[word]}" for word in sorted(counts))


@misconception("W-09", of="rank", hint="What is left in the dict after the call?")
def popped(points):
    names = []
    while points:
        names.append(max(points, key=points.get))
        del points[names[-1]]
    return names
