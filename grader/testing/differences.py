"""The first difference between plain data and what is right, in words without values.

A place inside an answer, such as a key, is part of the answer. So words name what is there ("a
value of the result"), and only readers who may see values get the path (``['tiger'][2]``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from grader.sandbox.protocol.record import Record
from grader.sanitize import clean_line
from grader.testing.expect import CheckFailed
from grader.testing.factors import has_company
from grader.testing.kinds import (
    ARRAY,
    BOOLEAN,
    DICT,
    LIST,
    NUMBER,
    SEQUENCES,
    SERIES,
    SET,
    TABLE,
    TEXT,
    TUPLE,
    kind_of,
    plain,
)
from grader.testing.observations import Observation, observe_shape, observe_values
from grader.testing.places import (
    At,
    Difference,
    differ,
    differ_at,
    differ_left,
    list_left,
    name_place,
    reword,
)
from grader.testing.sameness import Matched, make_comparable, match, same
from grader.testing.showing import WIDTH, show
from grader.testing.table_cells import TableRules
from grader.testing.tables import compare_tables
from grader.testing.texts import compare_texts, show_texts
from grader.testing.tolerance import Rules, as_numbers
from grader.wording import counted, plural, with_article

_MOST_SEEN = 20  # wrong entries that are looked at
_FEW = 3  # numbers among which a pattern is looked for


def find_difference(got: Any, want: Any, what: str, rules: Rules) -> Difference | None:
    """Return the first difference, or None.

    Parameters
    ----------
    got, want : object
        The answer, and the right one.
    what : str
        Its name in messages. Sentences begin with it.
    """
    return None if same(got, want, rules) else _Finder(rules).find(got, want, At(what))


class _Finder:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def find(self, got: Any, want: Any, at: At) -> Difference:
        """Return the first difference of two values that are not the same."""
        got, want = make_comparable(got, want)
        wanted = kind_of(want)
        if wanted in (TABLE, SERIES):
            return self._compare_tables(got, want, at)
        if found := self._find_kind(got, want, at):
            return found
        if wanted == TEXT:
            return _compare_texts(got, want, at)
        if wanted in SEQUENCES:
            return self._compare_rows(list(got), list(want), at)
        if wanted == DICT:
            return self._compare_dicts(got, want, at)
        if wanted == SET:
            return self._compare_sets(got, want, at)
        if isinstance(want, Record):
            return self._compare_records(got, want, at)
        if wanted == ARRAY:
            return self._compare_arrays(got, want, at)
        return differ("values", f"{at.what} is wrong", got, want, at)

    def _compare_tables(self, got: Any, want: Any, at: At) -> Difference:
        rules = TableRules(self._rules.rtol, self._rules.atol, row_order=not self._rules.unordered)
        try:
            compare_tables(got, want, at.what, rules)
        except CheckFailed as failed:
            place = name_place(at.path)
            values = f"{place}{failed.values}" if failed.values else ""
            return Difference(failed.observation, at.path, values, failed.expected)
        return differ("values", f"{at.what} is wrong", got, want, at)

    def _find_kind(self, got: Any, want: Any, at: At) -> Difference | None:
        """Return that an answer is of another kind than the right one, if it is."""
        kind, wanted = kind_of(got), kind_of(want)
        if kind == wanted or (wanted == ARRAY and as_numbers(got) is not None):
            return self._find_inexact(got, want, at)
        if not self._rules.exact_types and {kind, wanted} <= SEQUENCES:
            return None
        text = f"{at.what} is {kind}, expected {wanted}"
        if got is None:
            text = f"{at.what} is None"
            text += f", expected {wanted}" if at.depth else ": is a return missing?"
            return differ("none", text, got, want, at)
        if kind in (LIST, TUPLE) and len(got) == 1 and same(got[0], want, self._rules):
            text = f"{text}: its only entry is right"
            return differ("nested", text, got, want, at)
        if kind in SEQUENCES | {SET, ARRAY, "a range"} and wanted in SEQUENCES | {SET}:
            text += self._word_entries(got, want)
        elif kind == TEXT and wanted in (NUMBER, BOOLEAN) and got.strip() == str(want):
            noun = "a number" if wanted == NUMBER else wanted
            text = f"{at.what} is text, expected {noun}: the text looks right"
        elif kind == NUMBER and wanted == TEXT and str(got) == want:
            text = f"{at.what} is a number, expected text: the number looks right"
        return differ("wrong_type", text, got, want, at)

    def _find_inexact(self, got: Any, want: Any, at: At) -> Difference | None:
        """Return that a float came where an exact number is right."""
        exact = kind_of(want) == NUMBER and not isinstance(want, int | float | complex)
        if not exact or not isinstance(got, float):
            return None
        text = f"{at.what} is a float, expected a {type(want).__name__}"
        return differ("wrong_type", text, got, want, at)

    def _word_entries(self, got: Any, want: Any) -> str:
        """Return whether the entries of another kind of collection are right."""
        if len(got) != len(want):  # before an array becomes a list: it may be millions long
            return ""
        mine, right = list(got), list(want)
        if all(same(a, b, self._rules) for a, b in zip(mine, right, strict=True)):
            return ": the entries are right"
        if match(mine, right, self._rules).is_complete:
            return ": the entries are right, their order aside"
        return ""

    def _compare_rows(self, got: list[Any], want: list[Any], at: At) -> Difference:
        matched = match(got, want, self._rules)
        if matched.is_complete:
            return self._compare_order(got, want, at)
        if not got:
            return differ("empty", f"{at.what} is empty", got, want, at)
        if len(got) == 1 and same(got[0], want, self._rules):
            text = f"{at.what} has the right answer inside, as its only entry"
            return differ("nested", text, got, want, at)
        if len(got) != len(want):
            identity, words = self._word_length(got, want, matched)
            if at.depth:
                words = words.replace(": the others are right", ": its other entries are right")
            left = list_left(matched, got, want, at)
            return differ_left(identity, f"{at.what} {words}", (got, want), left, at)
        if self._rules.unordered:
            count = len(matched.missing)
            text = f"{at.what} has {count} wrong {plural('entry', count)}"
            left = list_left(matched, got, want, at)
            return differ_left("values", text, (got, want), left, at)
        return self._compare_entries(got, want, at)

    def _compare_order(self, got: list[Any], want: list[Any], at: At) -> Difference:
        if all(same(a, b, self._rules) for a, b in zip(got[::-1], want, strict=True)):
            return differ(
                "reversed", f"{at.what} has the right entries in the opposite order", got, want, at
            )
        text = f"{at.what} has the right entries in another order"
        return differ("other_order", text, got, want, at)

    def _word_length(self, got: list[Any], want: list[Any], matched: Matched) -> tuple[str, str]:
        """Return the id and the words for a list of another length."""
        few = len(got) < len(want)
        apart = abs(len(got) - len(want))
        short, long = (got, want) if few else (want, got)
        count = counted(apart, "entry")
        left, entries, others = (matched.missing, want, got) if few else (matched.extra, got, want)
        if len(left) == apart and self._are_repeated([entries[n] for n in left], others):
            often = "too few times" if few else "too often"
            return "duplicates", f"has the right entries, some of them {often}"
        for place, part in (("beginning", long[apart:]), ("end", long[: len(short)])):
            if all(same(a, b, self._rules) for a, b in zip(short, part, strict=True)):
                words = (
                    f"lacks {count} at its {place}"
                    if few
                    else f"has {count} too many at its {place}"
                )
                return "wrong_length", f"{words}: the others are right"
        if len(left) > apart:
            return "wrong_length", f"has too {'few' if few else 'many'} entries"
        words = f"lacks {count}" if few else f"has {count} too many"
        return "wrong_length", f"{words}: the others are right"

    def _are_repeated(self, left: list[Any], others: list[Any]) -> bool:
        """Return whether entries that are left over are each there another time."""
        return all(
            any(same(one, other, self._rules) for other in others) for one in left[:_MOST_SEEN]
        )

    def _compare_entries(self, got: list[Any], want: list[Any], at: At) -> Difference:
        """Compare lists of one length entry by entry."""
        pairs = enumerate(zip(got, want, strict=True))
        wrong = [n for n, (a, b) in pairs if not same(a, b, self._rules)]
        if found := self._find_pattern(got, want, wrong, at):
            return found
        places = [(got[n], want[n], f"[{n}]") for n in wrong]
        return self._find_first(places, len(want), "entry", at)

    def _find_first(
        self, wrong: Sequence[tuple[Any, Any, str]], count: int, noun: str, at: At
    ) -> Difference:
        """Return the difference of the first of some entries, or of each of them.

        Parameters
        ----------
        wrong : sequence of tuple
            What is there, what is right, and the step of the path.
        count : int
            How many entries there are, right and wrong.
        """
        name = with_article(noun)
        most = 1 if at.depth else _MOST_SEEN  # deep data would take the power of that
        found = [self.find(a, b, at.inner(name, step)) for a, b, step in wrong[:most]]
        first = found[0]
        text = first.observation.text
        of_which = f"{'its ' if at.depth else ''}{counted(count, noun)}"
        in_some = f"{at.what} is wrong in {len(wrong)} of {of_which}"
        if count > 1 and text == f"{at.inner(name, '').what} is wrong":
            return reword(first, Observation("values", in_some))
        begins = f"{name} of {at.what} "
        alike = text.startswith(begins) and all(one.observation.text == text for one in found)
        if alike and not at.depth and len(wrong) == count > 1:
            return reword(first, Observation(first.id, f"every {noun}{text.removeprefix(name)}"))
        if len(wrong) > 1 and not at.depth and text.startswith(begins):
            # Words for the first alone would read as if the others were right.
            identity = first.id if all(one.id == first.id for one in found) else "values"
            text = f"{in_some}; the first of them {text.removeprefix(begins)}"
            return reword(first, Observation(identity, text))
        return first

    def _find_pattern(
        self, got: list[Any], want: list[Any], wrong: list[int], at: At
    ) -> Difference | None:
        """Return how some numbers relate to the right ones, where it is in words."""
        if len(want) < _FEW or any(kind_of(one) != NUMBER for one in (*got, *want)):
            return None
        arrays = [as_numbers(numbers) for numbers in (got, want)]
        if any(one is None or one.dtype.kind == "c" for one in arrays):
            return None
        mine, right = (np.asarray(one, dtype=np.float64) for one in arrays)
        if not np.isfinite(mine).all() or not np.isfinite(right).all() or not has_company(right):
            return None
        flags = np.isin(np.arange(len(want)), wrong)
        observation = observe_values(mine, right, at.what, {}, flags)
        n = wrong[0]
        return differ_at(observation, got[n], want[n], at.inner("", f"[{n}]"))

    def _compare_dicts(self, got: Mapping[Any, Any], want: Mapping[Any, Any], at: At) -> Difference:
        mine, right = list(got), list(want)
        matched = match(mine, right, self._rules)
        if not got:
            return differ("empty", f"{at.what} is empty", got, want, at)
        if not matched.is_complete:
            identity, words = self._word_keys(got, want, matched)
            left = list_left(matched, mine, right, at)
            return differ_left(identity, f"{at.what} {words}", (got, want), left, at)
        wrong = [
            (got[mine[i]], want[right[j]], f"[{show(right[j], 40)}]")
            for i, j in sorted(matched.pairs, key=lambda pair: pair[1])
            if not same(got[mine[i]], want[right[j]], self._rules)
        ]
        found = self._find_first(wrong, len(want), "value", at)
        if found.observation.text.startswith(f"{at.what} is wrong in"):
            text = f"{at.what} has the right keys, and {len(wrong)} of {len(want)} values are wrong"
            _, mark, rest = found.observation.text.partition(";")
            return reword(found, Observation(found.id, f"{text}{mark}{rest}"))
        return found

    def _word_keys(
        self, got: Mapping[Any, Any], want: Mapping[Any, Any], matched: Matched
    ) -> tuple[str, str]:
        """Return the id and the words for keys that are missing or too many."""
        keys, wanted = list(got), list(want)
        extra, missing = [keys[n] for n in matched.extra], [wanted[n] for n in matched.missing]
        if self._is_exchanged(got, want):
            return "exchanged", "has its keys as values, and its values as keys"
        if words := _word_types(extra, missing, "keys"):
            return "wrong_type", words
        if {kind_of(key) for key in (*extra, *missing)} == {TEXT}:
            for identity, words, fold in (
                ("letter_case", "upper and lower case", str.casefold),
                ("white_space", "white space", lambda key: "".join(key.split())),
                ("marks", "punctuation", lambda key: "".join(filter(str.isalnum, key))),
            ):
                if set(map(fold, extra)) == set(map(fold, missing)):
                    return identity, f"has keys that differ from the right ones in {words} only"
        return _word_left(len(extra), len(missing), "key")

    def _is_exchanged(self, got: Mapping[Any, Any], want: Mapping[Any, Any]) -> bool:
        try:
            return len(want) > 0 and same({v: k for k, v in got.items()}, want, self._rules)
        except TypeError:
            return False  # values that cannot be keys

    def _compare_sets(self, got: Collection[Any], want: Collection[Any], at: At) -> Difference:
        # Sets have no order, and what is shown must be the same in every run.
        mine, right = (sorted(entries, key=show) for entries in (got, want))
        matched = match(mine, right, self._rules)
        if not mine:
            return differ("empty", f"{at.what} is empty", got, want, at)
        extra = [mine[n] for n in matched.extra]
        missing = [right[n] for n in matched.missing]
        identity, words = _word_left(len(extra), len(missing), "entry")
        if of_types := _word_types(extra, missing, "entries"):
            identity, words = "wrong_type", of_types
        left = list_left(matched, mine, right, at)
        return differ_left(identity, f"{at.what} {words}", (got, want), left, at)

    def _compare_records(self, got: Record, want: Record, at: At) -> Difference:
        if want.kind in ("enum", "value_enum"):
            text = f"{at.what} is another member of {want.type_name}"
            return differ("values", text, got, want, at)
        return self._compare_fields(got.fields, want.fields, at)

    def _compare_fields(
        self, got: Mapping[str, Any], want: Mapping[str, Any], at: At
    ) -> Difference:
        if got.keys() != want.keys():
            missing = [name for name in want if name not in got]
            # Names of fields are in the docstring, and no values.
            words = f"lacks the field {missing[0]}" if missing else "has a field too many"
            text = f"{at.what} {words}"
            fields = f"the fields {', '.join(got)}"
            values = f"{name_place(at.path)}got {clean_line(fields, WIDTH)}"
            return Difference(Observation("wrong_fields", text), at.path, values, ", ".join(want))
        name = next(name for name in want if not same(got[name], want[name], self._rules))
        return self.find(got[name], want[name], at.inner(f"`{name}`", f".{name}"))

    def _compare_arrays(self, got: Any, want: np.ndarray[Any, Any], at: At) -> Difference:
        array = as_numbers(got)
        assert array is not None
        if array.shape != want.shape:
            observation = observe_shape(array, want, at.what)
            return differ(observation.id, observation.text, got, want, at)
        wrong = ~np.isclose(array, want, self._rules.rtol, self._rules.atol, equal_nan=True)
        index = tuple(int(n) for n in np.argwhere(wrong)[0]) if wrong.any() else (0,) * want.ndim
        text = f"{at.what} is wrong in {int(wrong.sum())} of {want.size} entries"
        if np.isfinite(array).all() and np.isfinite(want).all() and want.dtype.kind in "iuf":
            floats = array.astype(np.float64), want.astype(np.float64)
            observation = observe_values(*floats, at.what, {}, wrong)
        else:
            observation = Observation("values", text)
        inner = at.inner("", str(list(index)))
        return differ_at(observation, array[index].item(), want[index].item(), inner)


def _word_types(extra: Sequence[Any], missing: Sequence[Any], several: str) -> str:
    """Return the words where what is too many and what is missing are of one type each."""
    kinds = {kind_of(plain(one)) for one in extra}, {kind_of(plain(one)) for one in missing}
    if any(len(found) != 1 for found in kinds) or kinds[0] == kinds[1]:
        return ""
    (mine,), (right,) = kinds
    return f"has {several} that are each {mine}, expected {right}"


def _word_left(extra: int, missing: int, noun: str) -> tuple[str, str]:
    """Return the id and the words for missing entries and entries that are too many."""
    several = plural(noun, 2)
    lacks, has = f"lacks {counted(missing, noun)}", f"has {counted(extra, noun)} too many"
    if not extra:
        return f"missing_{several}", f"{lacks}: the others are right"
    if not missing:
        return f"extra_{several}", f"{has}: the others are right"
    return f"other_{several}", f"{lacks} and {has}"


def _compare_texts(got: str, want: str, at: At) -> Difference:
    identity, words = compare_texts(got, want)
    values, expected = show_texts(got, want)
    observation = Observation(identity, f"{at.what} {words}")
    return Difference(observation, at.path, name_place(at.path) + values, expected)
