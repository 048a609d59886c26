"""Errors of the operator, each with its exit status.

What goes wrong in a student's code (an exception, a wrong shape, a hang, a crash) is data
and is part of a report. An error of this file is raised once and shown once, as one line
that explains what to do.
"""


class GraderError(Exception):
    """The grading could not be done.

    Parameters
    ----------
    message : str
        One line: what is wrong and what to do about it.
    """

    exit_status = 3

    def _render_traceback_(self) -> list[str]:
        # IPython asks for this and shows it below the cell, instead of our inside.
        return [f"grade: {self}"]


class SubmissionError(GraderError):
    """There is nothing that could be graded at the path that was given."""


class CourseError(GraderError):
    """The course itself is broken: its manifest, a suite, or a check's metadata."""


class SandboxError(GraderError):
    """The isolation that was demanded cannot be had on this machine."""


class ExaminerError(GraderError):
    """The trusted side itself failed, so nothing can be scored."""


class ReportError(GraderError):
    """A file that was given as a report is not one."""


class ExportError(GraderError):
    """The reports cannot be given the format that was asked for."""


class JournalError(GraderError):
    """What a batch wrote earlier cannot be read, or added to."""


class WorkerError(GraderError):
    """A process or machine that was to grade cannot."""
