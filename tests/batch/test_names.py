"""Ids that no other submission has, and the names of an instructor's list."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import page_downloads

from grader.batch.listing import fold_id, name_all, name_keys
from grader.batch.names import read_names
from grader.errors import SubmissionError
from grader.records import Person

# Letters that file systems, Unicode and shells are known to confuse.
TEXT = st.text(
    st.one_of(
        st.sampled_from("aA\ufb01\u017fs\u00df\u00e9E\u0301\u0130i.-_ '\"\\:*?<>|+=@#%&\t\n~()"),
        st.characters(exclude_categories=["Cs"], exclude_characters="/\0"),
    ),
    min_size=1,
    max_size=120,
).filter(lambda name: name.strip(". "))
RESERVED = {"con", "nul", "aux", "prn", "com1", "lpt1"}


def assert_file_safe(identity: str) -> None:
    assert identity
    assert len(identity.encode()) + len(".json") <= 255
    assert identity.isprintable()
    assert not set(identity) & set('/\\:*?"<>|')
    assert not identity.startswith((".", "-", "=", "+", "@", " "))
    assert not identity.endswith((".", " "))
    assert identity.partition(".")[0].casefold() not in RESERVED
    assert unicodedata.is_normalized("NFC", identity)


@given(st.sets(TEXT, min_size=1, max_size=8))
def test_any_names_give_as_many_ids(names: set[str]) -> None:
    """Safe for files, and different without regard to case."""
    paths = [Path("/class") / name for name in sorted(names)]
    listed = {one.path: one.id for one in name_all(paths)}
    keys = name_keys(names)
    for ids in (listed, keys):
        assert len(ids) == len(names)
        assert len(set(map(fold_id, ids.values()))) == len(names)
        for identity in ids.values():
            assert_file_safe(identity)


@given(st.sets(TEXT, min_size=1, max_size=6), TEXT)
def test_another_submission_changes_no_id(names: set[str], other: str) -> None:
    """Unless it has the same name as one, as file systems compare them."""
    before = name_keys(names)
    after = name_keys({*names, other})
    same = {name for name in names if fold_id(before[name]) == fold_id(name_keys([other])[other])}
    assert all(after[name] == before[name] for name in names - same)


def test_names_that_were_made_to_take_all_ids_of_one(tmp_path: Path) -> None:
    """Each keeps a row of its own."""
    first = [tmp_path / name for name in ("alice.py", "Alice.ipynb", "ALICE.PY.zip")]
    ids = {one.id for one in name_all(first)}
    more = [tmp_path / f"{identity}.zip" for identity in ids]
    more += [tmp_path / f"{tmp_path.name}-{identity}.tar" for identity in ids]
    paths = {*first, *more}
    found = [one.id for one in name_all(sorted(paths))]
    assert len(set(map(fold_id, found))) == len(found) == len(paths) > len(first)


ROWS = "id,name,login,number,email\n1,Ada Köning,ada,0042,a@x.org\n1,Bo,bo,0043,\n2,Cy,cy,,\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_list_of_names_is_read_as_spreadsheets_write_it(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    """In either encoding, with a mark or without, and with decomposed letters."""
    table = tmp_path / "names.csv"
    text = unicodedata.normalize("NFD", ROWS.replace(",", delimiter).replace("\n", "\r\n"))
    table.write_bytes(text.encode(encoding))
    names = read_names(table)
    team = (Person("Ada Köning", "ada", "0042", "a@x.org"), Person("Bo", "bo", "0043"))
    assert names.complete("1", ()) == team
    assert names.complete("2", (Person(number="9"),)) == (Person("Cy", "cy", "9"),)
    assert names.complete("x", (Person(login="BO"),)) == (Person("Bo", "bo", "0043"),)
    assert names.complete("0042", ()) == team[:1]
    assert names.complete("3", ()) == ()


# Which file of the platform lists the students, how the download knows Ada, and all of her.
ROSTERS = {
    "canvas": ("gradebook.csv", Person(number="1001"), ("Lovelace, Ada", "ada", "1001", "")),
    "moodle": (
        "worksheet.csv",
        Person(number="1001"),
        ("Ada Lovelace", "", "1001", "ada@example.org"),
    ),
    "blackboard": ("gc.xls", Person(login="ada"), ("Ada Lovelace", "ada", "", "")),
    "brightspace": ("grades.csv", Person(number="1001"), ("Ada Lovelace", "ada", "1001", "")),
    "gradescope": (
        "roster.csv",
        Person(email="1001@school.org"),
        ("Ada Lovelace", "", "1001", "1001@school.org"),
    ),
    "github": ("classroom_roster.csv", Person(login="ada"), ("Ada Lovelace", "ada", "1001", "")),
}


@pytest.mark.parametrize("platform", ROSTERS)
def test_a_gradebook_of_a_platform_is_a_list_of_names(tmp_path: Path, platform: str) -> None:
    """As it was exported."""
    name, known, expected = ROSTERS[platform]
    files = page_downloads.PLATFORMS[platform]()
    content = next(text for path, text in files.items() if Path(path).name == name)
    path = tmp_path / name
    path.write_bytes(content)
    names = read_names(path)
    assert names.complete("x", (known,)) == (Person(*expected),)
    assert names.complete(known.login or "1001", ()) == (Person(*expected),)
    assert names.complete("x", (Person(number="77"),)) == (Person(number="77"),)


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        # A Moodle site in German, with an ID number beside the participant's.
        (
            "ID,Vollst\u00e4ndiger Name,ID-Nummer,E-Mail-Adresse\n"
            "Teilnehmer/in 1001,Ada L,S9,a@x.org\n",
            Person(number="1001"),
            Person("Ada L", "", "1001", "a@x.org"),
        ),
        # Moodle's gradebook, which has no participant's number.
        (
            "Vorname;Nachname;ID-Nummer;E-Mail\nAda;L;S9;a@x.org\n",
            Person(email="A@x.org"),
            Person("Ada L", "", "S9", "a@x.org"),
        ),
        # Identifiers of one form are not Moodle's participants.
        (
            "identifier,github_username,github_id,name\ns1,ada,5,Ada L\ns2,ben,6,\n",
            Person(login="ben"),
            Person("", "ben", "s2"),
        ),
        # Nor are the names of a Canvas course in which they are hidden.
        (
            "Student,ID,SIS User ID,SIS Login ID,Section\nStudent 1,1001,,ada,A\n",
            Person(number="1001"),
            Person("Student 1", "ada", "1001"),
        ),
    ],
)
def test_columns_are_known_by_their_headers(
    tmp_path: Path, text: str, known: Person, expected: Person
) -> None:
    """In the languages of most sites, and whatever the ids look like."""
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    assert read_names(path).complete("x", (known,)) == (expected,)


@pytest.mark.parametrize(
    "text", ["Week,Room\n1,A\n", "Student,Grade\nAda,3\n", "name,score\nA,1\n"]
)
def test_a_table_without_ids_is_refused(tmp_path: Path, text: str) -> None:
    """One line shows both kinds of files that are read."""
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(
        SubmissionError, match=r"columns id,name .* or give the gradebook or roster"
    ):
        read_names(path)
