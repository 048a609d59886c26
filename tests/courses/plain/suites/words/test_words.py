"""The suite of the exercise words."""

from grader.testing import check, equal, function, printed, raises, unmodified

WORDS = ["be", "Is", "not", "to", "or", "What", "a"]
NAMES = ["Ada", "Bo", "Cem", "Dee", "Eli"]


def draw_text(rng, count):
    """Return some words, of which many are the same."""
    return " ".join(WORDS[n] for n in rng.integers(0, len(WORDS), size=count).tolist())


def tally(text):
    words = [word.casefold() for word in text.split(" ")]
    return {word: words.count(word) for word in words}


def draw_points(rng, count):
    return dict(zip(NAMES[:count], rng.permutation(count).tolist()))


def draw_ranking(rng, count):
    """Return points by name, and the names from the best to the worst."""
    ranking = [NAMES[n] for n in rng.permutation(count).tolist()]
    return {name: count - ranking.index(name) for name in NAMES[:count]}, ranking


@function("count_words(text)", points=3)
class TestCountWords:
    @check(1, visible=True)
    def test_counts(self, student, rng):
        """Right for nine words."""
        text = draw_text(rng, 9)
        equal(student.count_words(text), tally(text), "the result")

    @check(1.5)
    def test_many_words(self, student, rng):
        """Right for 60 words."""
        text = draw_text(rng, 60)
        equal(student.count_words(text), tally(text), "the result")

    @check(0.5, kind="property")
    def test_empty_text(self, student, rng):
        """An empty text has no words."""
        equal(student.count_words(""), {}, "the result")


@function("parse_score(line)", points=3)
class TestParseScore:
    @check(1, visible=True)
    def test_values(self, student, rng):
        """Right for one line."""
        points = int(rng.integers(1, 90)) / 4
        equal(student.parse_score(f"Ada: {points}"), ("Ada", points), "the result")

    @check(1)
    def test_more_values(self, student, rng):
        """Right for lines with more white space."""
        for name in NAMES[1:]:
            points = int(rng.integers(1, 90)) / 8
            equal(student.parse_score(f" {name} :{points}"), (name, points), "the result")

    @check(1, kind="property")
    def test_without_colon(self, student, rng):
        """A line without a colon raises a ValueError."""
        with raises(ValueError, match="colon"):
            student.parse_score("Ada 3")


@function("print_table(counts)", points=2)
class TestPrintTable:
    @check(1, visible=True)
    def test_table(self, student, rng):
        """Right for three names."""
        counts = draw_points(rng, 3)
        student.print_table(counts)
        printed(student, "".join(f"{name}: {counts[name]}\n" for name in NAMES[:3]))

    @check(1)
    def test_larger_table(self, student, rng):
        """Right for five names."""
        counts = draw_points(rng, 5)
        student.print_table(dict(reversed(counts.items())))
        printed(student, "".join(f"{name}: {counts[name]}\n" for name in NAMES))


@function("rank(points)", points=3)
class TestRank:
    @check(1, visible=True)
    def test_order(self, student, rng):
        """Right for four names."""
        points, ranking = draw_ranking(rng, 4)
        equal(student.rank(points), ranking, "the result")

    @check(1.5)
    def test_longer_order(self, student, rng):
        """Right for five names."""
        points, ranking = draw_ranking(rng, 5)
        equal(student.rank(points), ranking, "the result")

    @check(0.5, kind="property")
    def test_argument_unchanged(self, student, rng):
        """Leaves the dict alone."""
        student.rank(draw_points(rng, 5))
        unmodified(student)
