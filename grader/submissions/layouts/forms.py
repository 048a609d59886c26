"""All platforms, in the order in which they are tried: the most certain names first."""

from __future__ import annotations

from grader.submissions.layouts.blackboard import BLACKBOARD
from grader.submissions.layouts.brightspace import BRIGHTSPACE
from grader.submissions.layouts.canvas import CANVAS
from grader.submissions.layouts.github import GITHUB
from grader.submissions.layouts.gradescope import GRADESCOPE
from grader.submissions.layouts.moodle import MOODLE
from grader.submissions.layouts.nbgrader import NBGRADER

FORMS = (MOODLE, BLACKBOARD, GRADESCOPE, BRIGHTSPACE, NBGRADER, GITHUB, CANVAS)
