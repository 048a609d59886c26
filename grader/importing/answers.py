"""Right answers as an assignment writes them, and how exactly they are compared."""

from __future__ import annotations

import ast


def called_name(node: ast.AST) -> str:
    """Return the last part of the name of what is called, or an empty string."""
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def is_kind(node: ast.expr) -> bool:
    """Return whether an expression is a type of values, ``type(x)`` or ``x.dtype``, and no data."""
    return called_name(node) == "type" or (isinstance(node, ast.Attribute) and node.attr == "dtype")


def is_numeric(node: ast.expr) -> bool:
    """Return whether rounding may decide: a number or list of numbers with a fraction, an array."""
    if is_array(node):
        return True
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    if isinstance(node, ast.UnaryOp):
        return is_numeric(node.operand)
    if isinstance(node, ast.List | ast.Tuple):
        numbers = all(
            _is_number(item) or isinstance(item, ast.List | ast.Tuple) for item in node.elts
        )
        return numbers and any(map(is_numeric, node.elts))
    return isinstance(node, ast.BinOp) and any(
        isinstance(inner, ast.Div)
        or (isinstance(inner, ast.Constant) and isinstance(inner.value, float))
        for inner in ast.walk(node)
    )


def _is_number(node: ast.expr) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(inner, ast.Constant) and type(inner.value) in (int, float)


def is_array(node: ast.expr) -> bool:
    """Return whether it is a call or a constant of numpy or math."""
    root = node.func if isinstance(node, ast.Call) else node
    while isinstance(root, ast.Attribute):
        root = root.value
    return root is not node and isinstance(root, ast.Name) and root.id in {"np", "numpy", "math"}


def tolerance(node: ast.Call, name: str) -> str:
    """Return the tolerances that a comparison asks for, as far as they are plain numbers."""
    given = {k.arg: k.value for k in node.keywords if isinstance(k.value, ast.Constant)}
    found = []
    for ours, theirs in (("rtol", ("rtol", "rel_tol")), ("atol", ("atol", "abs_tol", "delta"))):
        found += [f"{ours}={ast.unparse(given[key])}" for key in theirs if key in given]
    places = next((given[key] for key in ("decimal", "places") if key in given), None)
    if places is None and len(node.args) > 2 and "almost" in name:
        places = node.args[2] if isinstance(node.args[2], ast.Constant) else None
    if places is not None and isinstance(places.value, int) and 0 <= places.value < 15:
        found.append(f"rtol=0.0, atol={1.5 * 10.0**-places.value:g}")
    return "".join(f", {rule}" for rule in found)


def read_literal(text: str) -> ast.expr | None:
    """Return a result that a session of Python shows, as an expression, where it is a literal."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if isinstance(node, ast.Call) and called_name(node) == "array" and len(node.args) == 1:
        return read_literal(ast.unparse(node.args[0]))
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError):
        is_empty_set = ast.unparse(node) == "set()"
        return node if is_empty_set else None
    return node
