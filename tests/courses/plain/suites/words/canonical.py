"""Each function once, right."""


def count_words(text):
    words = text.lower().split()
    counts = {}
    for word in words:
        found = counts.get(word, 0)
        counts[word] = found + 1
    return counts


def parse_score(line):
    if ":" not in line:
        raise ValueError("there is no colon")
    name, points = line.split(":")
    stripped = name.strip()
    number = float(points)
    return stripped, number


def print_table(counts):
    words = sorted(counts)
    for word in words:
        line = f"{word}: {counts[word]}"
        print(line)


def rank(points):
    names = sorted(points, key=lambda name: -points[name])
    return names
