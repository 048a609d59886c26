"""matplotlib in the grader's processes: its own defaults, its own fonts, and no window."""

from __future__ import annotations

import sys
from typing import Any


def settle_matplotlib() -> None:
    """Make matplotlib the same on every machine, if this process has imported it.

    The settings of the person who grades do not count. Fonts of the system cannot be read in a
    worker, and differ. A backend that opens windows is not loaded, whatever is asked for.
    """
    matplotlib: Any = sys.modules.get("matplotlib")
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if matplotlib is None or pyplot is None:
        return
    import logging

    # It would report, in what the student printed, which fonts there are not.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    pyplot.switch_backend("agg")
    matplotlib.use = pyplot.switch_backend = _draw_nowhere
    matplotlib.rcdefaults()
    manager = matplotlib.font_manager.fontManager
    own = matplotlib.get_data_path()
    for name in ("ttflist", "afmlist"):
        setattr(manager, name, [f for f in getattr(manager, name) if f.fname.startswith(own)])


def _draw_nowhere(*_backend: Any, **_options: Any) -> None:
    """Do nothing, where a backend is chosen."""
