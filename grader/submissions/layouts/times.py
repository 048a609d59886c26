"""Times as platforms write them, in ISO 8601."""

from __future__ import annotations

import re
from datetime import datetime

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_AMERICAN = re.compile(
    r"(?P<month>[A-Za-z]{3})[a-z]*\.? (?P<day>\d{1,2}), (?P<year>\d{4}) "
    r"(?P<hour>\d{1,2}):?(?P<minute>\d\d) ?(?P<half>[AP]M)",
)
_ZONE = re.compile(r"(?<=\d)\s*(?:Z|UTC|GMT)$")


def read_dashes(text: str) -> str:
    """Return a time that is written ``2026-03-01-10-11-12``."""
    try:
        return datetime(*map(int, text.split("-"))).isoformat()  # type: ignore[arg-type]  # noqa: DTZ001
    except (TypeError, ValueError):
        return ""


def read_american(text: str) -> str:
    """Return a time that is written ``Mar 1, 2026 1011 AM``."""
    parts = _AMERICAN.fullmatch(text.strip())
    if parts is None or parts["month"].casefold() not in _MONTHS:
        return ""
    month = 1 + _MONTHS.index(parts["month"].casefold())
    hour = int(parts["hour"]) % 12 + 12 * (parts["half"] == "PM")
    try:
        year, day, minute = int(parts["year"]), int(parts["day"]), int(parts["minute"])
        return datetime(year, month, day, hour, minute).isoformat()  # noqa: DTZ001
    except ValueError:
        return ""


def read_iso(text: str) -> str:
    """Return a time in any form of ISO 8601, with a zone after a blank or as ``UTC`` too."""
    plain = _ZONE.sub("+00:00", text.strip())
    plain = re.sub(r"(\.\d{6})\d+", r"\1", plain)
    plain = re.sub(r"(?<=\d) (?=[+-]\d\d:?\d\d$)", "", plain)
    try:
        return datetime.fromisoformat(plain).replace(microsecond=0).isoformat()
    except ValueError:
        return ""


def is_late(handed_in_at: str, due: datetime) -> bool:
    """Return whether a time is after another; without a zone it has that of the other."""
    time = datetime.fromisoformat(handed_in_at)
    return (time if time.tzinfo else time.replace(tzinfo=due.tzinfo)) > due
