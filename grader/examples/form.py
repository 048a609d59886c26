"""Checking examples without running anything: names, arguments, and shapes that fit each other."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping

from grader.examples.signatures import Described, Signature
from grader.examples.values import (
    Entries,
    Example,
    Function,
    Items,
    Remark,
    Value,
    Written,
    functions_in,
    shape_of,
)
from grader.sanitize import clean_line

Shape = tuple[int, ...]


class FormError(Exception):
    """An example that does not fit its function; the message says what to write instead."""


def check_form(written: Written, signatures: Mapping[str, Signature]) -> Written:
    """Return the examples that fit their functions, and remarks about all other lines."""
    examples, remarks = [], list(written.remarks)
    for example in written.examples:
        try:
            _check(example, signatures)
        except FormError as error:
            remarks.append(Remark(example.line, str(error)))
        else:
            examples.append(example)
    return Written(tuple(examples), tuple(sorted(remarks, key=lambda one: one.line)))


def bind(example: Example, signature: Signature) -> dict[str, Value]:
    """Return the arguments of an example by parameter.

    Raises
    ------
    FormError
        If they do not fit the function's parameters.
    """
    names = [one.name for one in signature.parameters]
    called = f"it is called as {signature.describe()}"
    if len(example.args) > len(names):
        raise FormError(f"{signature.name} has {len(example.args)} arguments here; {called}")
    bound = dict(zip(names, example.args, strict=False))
    for name, value in example.kwargs.items():
        if name not in names:
            raise FormError(f"there is no argument {clean_line(name, 40)}; {called}")
        if name in bound:
            raise FormError(f"the argument {name} is there twice; {called}")
        bound[name] = value
    if missing := [name for name in names if name in signature.required and name not in bound]:
        raise FormError(f"{', '.join(missing)} is missing; {called}")
    return bound


def _check(example: Example, signatures: Mapping[str, Signature]) -> None:
    signature = signatures.get(example.function)
    if signature is None:
        raise FormError(_unknown(example.function, signatures))
    if signature.left_out:
        raise FormError(f"{signature.name} has no examples: {signature.left_out}")
    bound = bind(example, signature)
    sizes: dict[str, int] = {}
    for name, value in bound.items():
        parameter = signature.parameter(name)
        _check_functions(parameter, value)
        _check_shape(parameter, value, bound, sizes)
    if any(True for _ in functions_in(example.expected)):
        raise FormError("the right side is a value, not a function")
    for result, value in _pair_results(signature, example.expected):
        _check_result(result, value, bound, sizes)


def _unknown(name: str, signatures: Mapping[str, Signature]) -> str:
    known = [one.name for one in signatures.values() if not one.left_out]
    similar = difflib.get_close_matches(name, known, 1)
    advice = f"did you mean {similar[0]}?" if similar else "take one of the stubs' functions"
    return f"no stub has a function {clean_line(name, 40)}; {advice}"


def _check_functions(parameter: Described, value: Value) -> None:
    if parameter.kind == "function" and not isinstance(value, Function):
        raise FormError(f"{parameter.name} is a function; pass it by its name, as in square")
    if parameter.kind == "functions" and not (
        isinstance(value, Items) and all(isinstance(item, Function) for item in value.items)
    ):
        raise FormError(f"{parameter.name} is a list of functions, as in [square, sin]")
    if parameter.kind not in ("function", "functions") and any(True for _ in functions_in(value)):
        raise FormError(f"{parameter.name} is not a function; write its value")


def _check_shape(
    described: Described, value: Value, bound: Mapping[str, Value], sizes: dict[str, int]
) -> None:
    """Check a value against what the docstring says of its shape, and learn the sizes in it."""
    if described.kind == "number" and isinstance(value, Items | Entries):
        raise FormError(f"{_name(described)} is a single number")
    if described.kind == "dict" and isinstance(value, Items):
        raise FormError(f'{_name(described)} is a dict, as in {{"m": [0.0]}}')
    if described.kind == "list" and not isinstance(value, Items):
        raise FormError(f"{_name(described)} is a list")
    if described.kind != "array" or isinstance(value, Entries):
        return
    shape = shape_of(value)
    if isinstance(value, Items) and shape is None:
        raise FormError(f"the rows of {_name(described)} have different lengths")
    if shape is None:
        return
    other = shape_of(bound[described.same_as]) if described.same_as in bound else None
    if other is not None and shape != other:
        raise FormError(
            f"{_name(described)} has the shape of {described.same_as}, which is {other}; "
            f"here it is {shape}"
        )
    if described.shapes:
        _check_letters(described, shape, sizes)


def _check_letters(described: Described, shape: Shape, sizes: dict[str, int]) -> None:
    fitting = [letters for letters in described.shapes if len(letters) == len(shape)]
    wanted = " or ".join(f"({', '.join(one)}{',' * (len(one) == 1)})" for one in described.shapes)
    if not fitting:
        raise FormError(f"{_name(described)} has shape {wanted}; here it is {shape}")
    for letter, size in zip(fitting[0], shape, strict=True):
        known = int(letter) if letter.isdecimal() else sizes.setdefault(letter, size)
        if known != size:
            raise FormError(
                f"{_name(described)} has shape {wanted}; here it is {shape}, "
                f"and {letter} is {known} in the arguments before"
            )


def _name(described: Described) -> str:
    return described.name or "the result"


def _pair_results(signature: Signature, expected: Value) -> list[tuple[Described, Value]]:
    results = signature.results
    if len(results) < 2:
        return [(results[0], expected)] if results else []
    names = ", ".join(one.name for one in results)
    if not isinstance(expected, Items) or len(expected.items) != len(results):
        raise FormError(f"{signature.name} returns {len(results)} results: write ({names})")
    return list(zip(results, expected.items, strict=True))


def _check_result(
    result: Described, value: Value, bound: Mapping[str, Value], sizes: dict[str, int]
) -> None:
    if result.kind == "array" and isinstance(value, Entries):
        raise FormError(f"{_name(result)} is an array, not a dict")
    _check_shape(result, value, bound, sizes)


def functions_with_examples(
    signatures: Mapping[str, Signature], exercises: Collection[str] = ()
) -> list[Signature]:
    """Return the functions that can have examples, of some exercises or of all."""
    return [
        one
        for one in signatures.values()
        if not one.left_out and (not exercises or one.exercise in exercises)
    ]
