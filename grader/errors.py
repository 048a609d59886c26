"""Errors of the operator, each with its exit status.

What goes wrong in a student's code (an exception, a wrong shape, a hang, a crash) is data
and is part of a report. An error of this file is raised once and shown once, as one line
that explains what to do.
"""


class GraderError(Exception):
    """Grading was not possible; the message is one line: what is wrong and what to do about it."""

    exit_status = 3

    def _render_traceback_(self) -> list[str]:
        # IPython shows this below the cell instead of a traceback.
        return [f"grade: {self}"]


class SubmissionError(GraderError):
    """The path has nothing to grade."""


class ReadingError(GraderError):
    """The machine failed while a submission was read, so there is no score."""


class CourseError(GraderError):
    """The course itself is broken: its manifest, a suite, or a check's metadata."""


class SandboxError(GraderError):
    """The requested isolation is not available on this machine."""


class ExaminerError(GraderError):
    """The trusted side itself failed, so there is no score."""


class ReportError(GraderError):
    """A file is not a report."""


class ExportError(GraderError):
    """The reports cannot be written in the requested format."""


class TableError(GraderError):
    """A table in CSV cannot be read, or is not the expected one."""


class JournalError(GraderError):
    """The output of an earlier batch cannot be read, or added to."""


class WorkerError(GraderError):
    """A process or machine cannot grade."""
