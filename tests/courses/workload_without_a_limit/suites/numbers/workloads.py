"""Implementations whose processor time is measured."""

from grader.testing import workload


@workload(of="spread", share=0.1)
def a_tenth(values):
    return 0.0 * values[0]
