"""A section whose heading is the name of a function has that name as its id.

docutils would turn ``weight_gradients`` into ``weight-gradients``, and ``Dual`` into ``dual``.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


def _add_ids(_app: Sphinx, tree: nodes.document) -> None:
    for section in tree.findall(nodes.section):
        title = section.next_node(nodes.title)
        if title is None or len(title) != 1 or not isinstance(title[0], nodes.literal):
            continue
        name = title.astext()
        if name.isidentifier() and name not in section["ids"]:
            # Not the first: links within the site have that one.
            section["ids"].append(name)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the event."""
    app.connect("doctree-read", _add_ids)
    return {"parallel_read_safe": True}
