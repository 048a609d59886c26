"""numpy's messages about shapes that do not fit, for both sides of the process boundary."""

from __future__ import annotations

# Sizes that a product needs to be equal, of its left and its right factor.
PRODUCTS = (
    r"matmul: .*\(size (?P<right>\d+) is different from (?P<left>\d+)\)",
    r"not aligned: (?P<left>\d+) \(dim \d+\) != (?P<right>\d+) \(dim \d+\)",
)
_SHAPE = r"\([\d, ]*\)"
# Shapes that do not broadcast, with a space between them.
BROADCAST = rf"could not be broadcast together with shapes (?P<shapes>{_SHAPE}(?: {_SHAPE})+)"
