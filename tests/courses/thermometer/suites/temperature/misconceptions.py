"""Wrong implementations, each with a hint."""

import numpy as np

from grader.testing import misconception


@misconception(
    "T-01",
    of="to_fahrenheit",
    hint="At which temperature does your scale let water freeze?",
)
def without_the_offset(celsius):
    return np.asarray(celsius) * 1.8


@misconception(
    "T-02",
    of="to_fahrenheit",
    hint="Which dtype has the array that you fill when the caller passes integers?",
)
def into_the_callers_dtype(celsius):
    out = np.empty_like(np.asarray(celsius))
    out[...] = np.asarray(celsius) * 1.8 + 32.0
    return out


@misconception(
    "T-03",
    of="daily_range",
    hint="Which axis of the table is the day, and along which should you look?",
)
def along_the_wrong_axis(readings):
    return readings.max(axis=0) - readings.min(axis=0)


@misconception(
    "T-04",
    of="daily_range",
    hint="Is the table that you sort the caller's own?",
)
def sorting_the_callers_table(readings):
    readings.sort(axis=1)
    return readings[:, -1] - readings[:, 0]
