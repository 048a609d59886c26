"""All names that a suite imports: ``from grader.testing import check, function, close``."""

from grader.sandbox.calls import Raised, StudentError, TooCostly
from grader.sandbox.program import Formula
from grader.sandbox.protocol.figures import Axes, Bars, Figure, Image, Line, Points
from grader.sandbox.protocol.record import Record
from grader.sandbox.protocol.tables import Column, Table
from grader.sandbox.protocol.values import Handle, Opaque, Seeded
from grader.sandbox.sources import by_source
from grader.testing.catalogue import Way, edit, misconception, variant, workload
from grader.testing.checks import check, function, whole
from grader.testing.comparisons import Missing
from grader.testing.describing import describe
from grader.testing.expect import (
    CheckFailed,
    as_array,
    close,
    close_after,
    expect,
    fail,
    finite,
    gradient,
    has_shape,
    unmodified,
    unwarned,
    with_defaults,
)
from grader.testing.gradients import complex_slopes, numerical_gradient, numerical_slope
from grader.testing.plain import equal
from grader.testing.printing import printed
from grader.testing.raising import raises
from grader.testing.results import entries, mapping, results, sequence
from grader.testing.series import (
    attach_bars,
    attach_curve,
    attach_errors,
    attach_region,
    path_drawn,
)
from grader.testing.tables import equal_tables

__all__ = [
    "Axes",
    "Bars",
    "CheckFailed",
    "Column",
    "Figure",
    "Formula",
    "Handle",
    "Image",
    "Line",
    "Missing",
    "Opaque",
    "Points",
    "Raised",
    "Record",
    "Seeded",
    "StudentError",
    "Table",
    "TooCostly",
    "Way",
    "as_array",
    "attach_bars",
    "attach_curve",
    "attach_errors",
    "attach_region",
    "by_source",
    "check",
    "close",
    "close_after",
    "complex_slopes",
    "describe",
    "edit",
    "entries",
    "equal",
    "equal_tables",
    "expect",
    "fail",
    "finite",
    "function",
    "gradient",
    "has_shape",
    "mapping",
    "misconception",
    "numerical_gradient",
    "numerical_slope",
    "path_drawn",
    "printed",
    "raises",
    "results",
    "sequence",
    "unmodified",
    "unwarned",
    "variant",
    "whole",
    "with_defaults",
    "workload",
]
