"""Points as people and gradebooks write them."""

from __future__ import annotations


def number(points: float) -> str:
    """Return points without needless digits: 2, 1.5, 0.35."""
    return f"{points:.2f}".rstrip("0").rstrip(".")
