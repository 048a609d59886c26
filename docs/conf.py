"""How Sphinx builds these pages: ``sphinx-build -W docs docs/_build``."""

import sys
from pathlib import Path

from grader import __version__

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "backprop-grader"
author = "the backprop-grader contributors"
release = version = __version__

extensions = [
    "myst_parser",
    "sphinx_copybutton",
    "accessible",
    "function_ids",
    "mathml",
]
exclude_patterns = ["_build"]

myst_enable_extensions = ["dollarmath", "amsmath", "attrs_block"]
myst_heading_anchors = 3
# A dollar sign with a space inside is money or a shell's prompt.
myst_dmath_allow_space = False

html_theme = "furo"
html_title = "backprop-grader"
html_static_path = ["_static"]
html_css_files = ["mathematics.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False  # LICENSE has it
html_math_renderer = "mathml"  # our extension; loads nothing from the network
