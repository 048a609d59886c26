"""Formulas as MathML, which browsers show without a script and without a network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

# Between the formulas of one line.
_GAP = re.compile(r"\\q?quad(?![a-zA-Z])")
# Browsers would put space around a slash, and stretch bars to the height of the whole formula.
# The converter writes an apostrophe for a prime.
_OPERATORS = {
    "<mo>/</mo>": '<mo lspace="0em" rspace="0em">/</mo>',
    "<mo>'</mo>": '<mo lspace="0em" rspace="0em">\N{PRIME}</mo>',
    "<mo>|</mo>": '<mo stretchy="false">|</mo>',
    "<mo>\N{DOUBLE VERTICAL LINE}</mo>": '<mo stretchy="false">\N{DOUBLE VERTICAL LINE}</mo>',
}
_FOLLOWED = re.compile(r"(<math(?:(?!</math>).)*</math>)([,.;:!?)]+)", re.DOTALL)


def write_inline(formula: str) -> str:
    """Return the MathML of a formula within a line of text."""
    return _convert(formula)


def write_block(formula: str) -> str:
    """Return the HTML of displayed formulas; on a narrow screen each has a line of its own."""
    each = (_convert(one, as_block=True) for one in _GAP.split(formula))
    # What scrolls must have the focus, so that keys can scroll it.
    return f'<div class="math" tabindex="0">{"".join(each)}</div>'


def _convert(formula: str, *, as_block: bool = False) -> str:
    mathml = tex2mathml(formula, as_block=as_block)
    for old, new in _OPERATORS.items():
        mathml = mathml.replace(old, new)
    return mathml


def keep_together(page: str) -> str:
    """Return HTML in which no line begins with the comma or full stop after a formula."""
    return _FOLLOWED.sub(r'<span class="formula">\1\2</span>', page)


def _show_inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(write_inline(node.astext()))
    raise nodes.SkipNode


def _show_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    translator.body.append(write_block(node.astext()))
    raise nodes.SkipNode


def _finish(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: nodes.document | None
) -> None:
    if "body" in context:
        context["body"] = keep_together(context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer."""
    app.add_html_math_renderer("mathml", (_show_inline, None), (_show_block, None))
    app.connect("html-page-context", _finish)
    return {"parallel_read_safe": True}
