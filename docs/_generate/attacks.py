"""The attacks that are tested, as Markdown: from the heads of hostile submissions, and tests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from _generate.markdown import code, escape, table

TESTS = Path(__file__).parents[2] / "tests"
HOSTILE = TESTS / "sandbox" / "hostile"
_ATTACK = re.compile(r"^# attack: ([^:\n]+): (.+)$", re.MULTILINE)
_STAR = "# works without restrictions\n"


class Threat(NamedTuple):
    """A kind of attack, its result, and tests beside the hostile submissions that name the kind.

    Tests are named as ``file::function``.
    """

    kind: str
    result: str
    tests: tuple[str, ...] = ()


THREATS = (
    Threat(
        "ending the process",
        "The check fails, or the module cannot be imported. The next check gets a new worker.",
    ),
    Threat(
        "exceptions",
        "At import, the statement is left out. In a call, an exception fails the check.",
        ("test_scoring.py::test_only_passed_earns",),
    ),
    Threat(
        "patches",
        "Only the worker's copies change. It has no suite and no test runner, and serves one "
        "exercise of one submission.",
    ),
    Threat(
        "files beside the modules",
        "They are not read.",
        (
            "test_cli.py::test_drop_ins_beside_the_modules_change_nothing",
            "test_reader.py::test_a_folder_gives_its_modules_in_the_courses_order",
        ),
    ),
    Threat("frames and the heap", "They contain the arguments of the call and no expected value."),
    Threat(
        "reading files",
        "Permission denied.",
        (
            "test_confinement.py::test_files_outside_the_library_cannot_be_opened",
            "test_confinement.py::test_a_folder_with_a_secret_is_granted_child_by_child",
        ),
    ),
    Threat("special objects", "They become plain data or a type name, and the check fails."),
    Threat(
        "wrong numbers",
        "NaN and infinity are refused before any comparison; others are compared and fail.",
        (
            "test_expect.py::test_entries_whose_norm_overflows_are_refused",
            "test_verify.py::test_the_whole_course_holds_what_it_claims",
        ),
    ),
    Threat(
        "answers without the rule",
        "Differences instead of derivatives earn at most a quarter of a class's points. Answers to "
        "one seed earn nothing with another.",
        (
            "test_differences.py::test_differences_lose_three_quarters",
            "test_differences.py::test_empty_classes_earn_nothing",
            "test_differences.py::test_a_formula_takes_a_dual_at_x_and_nothing_else",
            "test_memorising.py::test_answers_to_one_seed_are_worth_nothing_for_another",
        ),
    ),
    Threat(
        "expensive answers",
        "The check fails within bounded time and memory.",
        (
            "test_diagnosis.py::test_arguments_that_would_broadcast_to_millions_are_left_alone",
            "test_diagnosis.py::test_nothing_is_named_once_the_time_budget_is_spent",
        ),
    ),
    Threat(
        "writing",
        "No file can be written, and no descriptor but the stream is open.",
        ("test_reader.py::test_a_report_is_written_whole_or_not_at_all",),
    ),
    Threat(
        "processes",
        "No process can be started, and a worker ends with its fork server.",
        ("test_restrictions.py::test_a_worker_ends_with_its_fork_server",),
    ),
    Threat(
        "pickles and code",
        "They are not unpickled, executed or built.",
        ("test_values.py::test_the_trusted_side_builds_nothing_that_a_worker_names",),
    ),
    Threat(
        "network",
        "No socket can be made.",
        ("test_restrictions.py::test_nothing_can_be_connected_to",),
    ),
    Threat(
        "environment",
        "The environment has settings of the grader only, and standard input is empty.",
        ("test_engine.py::test_the_environment_of_the_caller_does_not_reach_a_worker",),
    ),
    Threat("other processes", "Refused."),
    Threat("limits", "Refused, or ended by a limit of time or memory."),
    Threat(
        "threads",
        "No thread can be started.",
        ("test_restrictions.py::test_a_worker_has_given_up_its_privileges",),
    ),
    Threat(
        "floods",
        "Text is cut and stripped of control characters; the check fails.",
        (
            "test_export.py::test_nasty_words_are_no_formula",
            "test_export.py::test_nasty_words_are_code_in_a_summary",
        ),
    ),
    Threat(
        "commands to a CI runner",
        "They are changed so that a runner does not recognise them.",
        (
            "test_export.py::test_nasty_words_command_no_runner",
            "test_sanitize.py::test_no_runner_finds_a_command",
        ),
    ),
    Threat(
        "forged frames",
        "Taken as the answer if it is valid; otherwise the worker is ended.",
        ("test_frames.py::test_a_receiver_that_does_not_read_is_a_timeout",),
    ),
    Threat(
        "forged values",
        "The call has no answer, within bounded time and memory.",
        (
            "test_collisions.py::test_a_forged_value_is_refused",
            "test_hostile_answers.py::test_an_answer_is_judged_whatever_it_is",
            "test_hostile_answers.py::test_rows_that_take_no_bytes_are_counted",
            "test_hostile_answers.py::test_a_long_text_of_a_category_is_not_written_in_every_row",
            "test_fuzz.py::test_a_value_is_plain_or_a_frame_error_and_can_be_judged",
            "test_fuzz.py::test_a_reply_has_its_form_or_is_a_frame_error",
            "test_fuzz.py::test_the_largest_frames_take_little_memory",
        ),
    ),
    Threat(
        "restrictions",
        "Each restriction is left out once, to show that it stops its attacks.",
        (
            "test_restrictions.py::test_every_system_call_outside_the_list_is_refused",
            "test_restrictions.py::test_the_calls_of_other_architectures_end_the_process",
            "test_restrictions.py::test_an_attack_fails_with_each_of_its_restrictions_and_succeeds_without",
        ),
    ),
    Threat(
        "files of a check",
        "A check's files are in memory; other names go to the system, which refuses them.",
        (
            "test_programs.py::test_functions_that_were_kept_find_no_files_later",
            "test_programs.py::test_nothing_of_it_is_active_unless_a_check_asks",
            "test_programs.py::test_files_that_cannot_be_are_no_answer",
            "test_programs.py::test_a_worker_without_a_scratch_folder_has_written_nothing",
            "test_programs.py::test_an_output_that_cannot_be_is_no_answer",
            "test_memory_files.py::test_names_outside_go_to_the_system",
            "test_memory_files.py::test_what_is_written_is_bounded",
        ),
    ),
    Threat(
        "archives and notebooks",
        "Read in a limited process, or refused with one line that has the reason.",
        (
            "test_reader.py::test_a_link_is_not_followed",
            "test_reader.py::test_a_file_that_cannot_be_read_costs_only_itself",
            "test_containers.py::test_archives_that_were_made_to_take_long_do_not",
            "test_containers.py::test_notebooks_that_were_made_to_take_long_do_not",
            "test_containers.py::test_what_cannot_be_unpacked_is_one_line",
            "test_containers.py::test_archives_that_are_only_looked_into_have_one_budget",
            "test_containers.py::test_links_in_archives_are_not_followed",
            "test_containers.py::test_a_link_in_a_class_is_a_line_of_its_own",
            "test_downloads.py::test_an_archive_writes_only_into_its_folder",
            "test_downloads.py::test_too_much_in_an_archive_is_one_student_and_a_reason",
            "test_limited.py::test_a_child_without_an_answer_is_an_error",
            "test_fuzz.py::test_a_zip_is_entries_or_a_submission_error",
            "test_fuzz.py::test_a_tar_is_entries_or_a_submission_error",
            "test_fuzz.py::test_a_zip_of_very_many_entries_takes_little_memory",
            "test_fuzz.py::test_a_notebook_is_cells_or_a_notebook_error",
        ),
    ),
    Threat(
        "kills from outside",
        "The submission is graded again, or is unexamined. It gets no wrong score.",
        (
            "test_engine.py::test_a_worker_that_is_killed_from_outside_costs_no_points",
            "test_engine.py::test_an_examination_that_is_killed_is_an_error_and_the_next_one_starts_afresh",
            "test_sharing.py::test_whatever_is_killed_ends_in_an_error_and_never_in_a_score",
        ),
    ),
    Threat(
        "using the grader as an oracle",
        "`hidden_feedback` limits what is shown; a secret gives each submission its own inputs.",
        (
            "test_engine.py::test_hidden_feedback_decides_what_a_student_reads",
            "test_batch.py::test_a_secret_gives_everyone_inputs_of_their_own",
            "test_engine.py::test_a_student_is_not_told_the_seed",
            "test_telling.py::test_what_one_round_tells_answers_nothing_in_the_next",
            "test_expect.py::test_words_give_no_single_number_away",
        ),
    ),
    Threat(
        "publishing by mistake",
        "`grade verify` and `grade release` find it.",
        (
            "test_package.py::test_the_wheel_carries_stubs_and_suites_and_no_solution",
            "test_broken_courses.py::test_a_defect_is_reported",
        ),
    ),
    Threat(
        "another student's identity",
        "Ids are distinct, and points are not read from a submission.",
        (
            "test_batch.py::test_equal_names_in_a_folder_are_told_apart",
            "test_batch.py::test_an_id_can_be_a_file_and_a_cell",
            "test_report.py::test_points_that_do_not_fit_are_refused",
        ),
    ),
)


def make_attacks() -> str:
    """Return a section for each kind, with its hostile submissions and its tests.

    Raises
    ------
    ValueError
        If a hostile submission names no kind, or a test does not exist.
    """
    submissions = read_submissions()
    blocks = []
    for threat in THREATS:
        blocks += [f"## {threat.kind[0].upper()}{threat.kind[1:]}", threat.result]
        if rows := submissions.pop(threat.kind, []):
            blocks.append(table(("submission", "attempt", "succeeds without sandbox"), rows))
        if threat.tests:
            blocks.append("\n".join(f"- {code(_find_test(name))}" for name in threat.tests))
    if submissions:
        raise ValueError(f"no such kinds of attacks: {', '.join(submissions)}")
    return "\n\n".join(blocks)


def count_attacks() -> str:
    """Return a sentence with the number of hostile submissions and tests."""
    rows = [row for rows in read_submissions().values() for row in rows]
    return (
        f"`tests/sandbox/hostile` has {len(rows)} hostile submissions, of which "
        f"{sum(bool(star) for _, _, star in rows)} must also succeed without the sandbox. "
        f"{sum(len(threat.tests) for threat in THREATS)} other tests attack the rest of the grader."
    )


def read_submissions(folder: Path = HOSTILE) -> dict[str, list[tuple[str, str, str]]]:
    """Return the rows of hostile submissions, by kind.

    Raises
    ------
    ValueError
        If a file does not name its kind.
    """
    found: dict[str, list[tuple[str, str, str]]] = {}
    for path in sorted(folder.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        attack = _ATTACK.search(text)
        if attack is None:
            raise ValueError(f"{path} needs a line `# attack: kind: what it tries`")
        row = code(path.stem), escape(attack[2]), "yes" if _STAR in text else ""
        found.setdefault(attack[1], []).append(row)
    return found


def _find_test(name: str) -> str:
    """Return the name of a test.

    Raises
    ------
    ValueError
        If there is no such test.
    """
    file, _, function = name.partition("::")
    for path in TESTS.rglob(file):
        if f"\ndef {function}(" in path.read_text(encoding="utf-8"):
            return name
    raise ValueError(f"there is no test {name}; change THREATS in docs/_generate/attacks.py")
