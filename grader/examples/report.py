"""The result of `grade examples`, for people and for scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from grader.examples.signatures import Signature
from grader.examples.values import Remark, Written
from grader.examples.verdicts import Judgement, WrongWays, describe


class FunctionReport(msgspec.Struct, frozen=True):
    """The examples of one function.

    Parameters
    ----------
    examples : int
        How many there are that fit the function.
    right : int or None
        How many of them are right; None where that is not decided here.
    wrong_lines : tuple of int
        Where the others are.
    wrong_ways : WrongWays or None
        How many known wrong ways the right ones tell apart; None where that is not decided.
    """

    exercise: str
    name: str
    examples: int
    right: int | None
    wrong_lines: tuple[int, ...]
    wrong_ways: WrongWays | None


class ExamplesReport(msgspec.Struct, frozen=True):
    """What was found about a file of examples.

    Parameters
    ----------
    judged : bool
        Whether the course has right implementations to judge by; a kit has none.
    functions : tuple of FunctionReport
        Those with an example.
    remarks : tuple of Remark
        Each line that is not right or not an example, and what to do.
    without : tuple of str
        The functions that have no example yet.
    left_out : dict of str to str
        The functions and classes that cannot have one, and why.
    """

    schema_version: int
    judged: bool
    examples: int
    right: int | None
    functions: tuple[FunctionReport, ...]
    remarks: tuple[Remark, ...]
    without: tuple[str, ...]
    left_out: dict[str, str]

    @property
    def all_right(self) -> bool:
        """Return whether there is an example, and nothing against any."""
        return bool(self.examples) and not self.remarks


def build_report(
    written: Written, judgement: Judgement, signatures: Mapping[str, Signature], *, judged: bool
) -> ExamplesReport:
    """Return the report of a file's examples.

    Parameters
    ----------
    written : Written
        The examples that fit their functions, and remarks about the other lines.
    judged : bool
        Whether right implementations judged them.
    """
    functions = tuple(_of_functions(judgement, signatures, judged=judged))
    remarks = [*written.remarks]
    remarks += [
        Remark(one.line, f"{one.function} {describe(one)}")
        for one in judgement.examples
        if not one.is_good
    ]
    have = {function.name for function in functions}
    return ExamplesReport(
        1,
        judged,
        len(judgement.examples),
        sum(one.verdict == "right" for one in judgement.examples) if judged else None,
        functions,
        tuple(sorted(remarks, key=lambda one: one.line)),
        tuple(n for n, one in signatures.items() if not one.left_out and n not in have),
        {name: one.left_out for name, one in signatures.items() if one.left_out},
    )


def _of_functions(
    judgement: Judgement, signatures: Mapping[str, Signature], *, judged: bool
) -> Iterator[FunctionReport]:
    for name, signature in signatures.items():
        own = judgement.of(name)
        if own:
            yield FunctionReport(
                signature.exercise,
                name,
                len(own),
                sum(one.verdict == "right" for one in own) if judged else None,
                tuple(one.line for one in own if not one.is_good),
                judgement.wrong_ways.get(name),
            )
