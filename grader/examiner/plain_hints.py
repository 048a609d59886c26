"""Hints for what is observed of plain data: text, lists, dicts, exceptions and printed text."""

from __future__ import annotations

# By observation: what to ask oneself, and a thing to do.
PLAIN_HINTS: dict[str, tuple[str, str]] = {
    "wrong_type": (
        "Compare the type that the docstring names with the type of what you return.",
        "Print type() of what you return, and of its first entry. list(), tuple(), set(), int()"
        " and str() each make a new value of that type. input() and split() give text; read the"
        " line where that text should become a number.",
    ),
    "nested": (
        "There is one list or tuple around the answer. Where does it come from?",
        "Look at the return line: a comma at its end, or brackets around the value, make a "
        "tuple or a list of one entry. append() adds a list as one entry, extend() adds its "
        "entries.",
    ),
    "other_order": (
        "The entries are right. Which order does the docstring ask for, and by what are yours "
        "ordered?",
        "Print your result beside the arguments. Sets have no order of their own. sort() and "
        "sorted() compare text letter by letter, upper case before lower case, and '10' before "
        "'9'; with key= they compare something else.",
    ),
    "duplicates": (
        "How often should an entry be there that is found several times?",
        "Call it with an argument in which the same entry is there twice, and print your result"
        " after every round of the loop. Where is an entry added a second time, or left out "
        "because it is there already?",
    ),
    "missing_keys": (
        "Which entries of the argument does your function pass over?",
        "Print the key in every round of the loop. Look at the first and the last round, at an "
        "if that skips a round, and at keys that are made only when something is found.",
    ),
    "extra_keys": (
        "Where do the keys come from that the docstring does not ask for?",
        "Print each key, with repr(), where it is added. Empty text, keys that differ in case "
        "or white space only, and a key for nothing found are common.",
    ),
    "other_keys": (
        "Print your keys with repr() and compare them with the docstring's example.",
        "Take a small argument and write down by hand which keys there should be. Print each "
        "key where it is added: from which part of the argument is it made?",
    ),
    "missing_entries": (
        "Which entries does your function pass over?",
        "Print the entry in every round of the loop. Look at the first and the last round, at "
        "an if that skips a round, and at a comparison that should allow equality.",
    ),
    "extra_entries": (
        "Which condition should have left some of the entries out?",
        "Print each entry where it is added, with the condition that let it through. Is it < "
        "where <= is asked for, or or where and is?",
    ),
    "other_entries": (
        "Take a small argument and write down by hand which entries there should be.",
        "Print each entry where it is added, and the condition before it. Which one is there "
        "that should not be, and which one never comes?",
    ),
    "exchanged": (
        "Which of the two is the key in the docstring, and which is the value?",
        "In the line that writes into the dict, the key is between the brackets and the value "
        "is after the =. Read it aloud with the docstring's words.",
    ),
    "empty": (
        "Is anything ever added to the result, and is it the result that is returned?",
        "Print the result before and after the line that adds to it. If that line is never "
        "reached, print the condition above it; if it is, look for a line that makes the result"
        " empty again.",
    ),
    "wrong_fields": (
        "Compare the names of the fields with those in the docstring, letter by letter.",
        "Print what you return: a dataclass and a named tuple show the names of their fields.",
    ),
    "empty_text": (
        "Is anything ever added to the text, and is it that text that is returned?",
        "Text cannot be changed: text.replace(...) and text + 'a' make a new one, which has to "
        "be assigned to a name. Print the text after each line.",
    ),
    "final_newline": (
        "How should the text end?",
        "Print repr() of your text: a line break is shown as \\n. Where lines are joined, "
        "'\\n'.join(lines) puts a line break between them and none at the end.",
    ),
    "outer_space": (
        "What is at the beginning and at the end of your text, or of its lines?",
        "Print repr() of your text. strip() takes white space from both ends, lstrip() and "
        "rstrip() from one; a separator that is added after every entry is there once too "
        "often.",
    ),
    "white_space": (
        "Compare the spaces, tabs and line breaks with the docstring's example.",
        "Print repr() of your text: it shows each space, \\t and \\n. print() puts a space "
        "between its arguments; sep= and an f-string put what you write.",
    ),
    "letter_case": (
        "Does the docstring ask for upper or lower case, or for what is in the argument?",
        "Print repr() of the argument and of the result. Where should lower(), upper(), "
        "capitalize() or title() be used, and where should the letters stay as they are?",
    ),
    "quotes": (
        "Do the quotes belong to the text, or only to the way in which Python writes it?",
        "repr() and the !r of an f-string add quotes, str() does not. A text that is read from "
        "a file or split may have quotes of its own: print its first and last character.",
    ),
    "marks": (
        "Compare commas, full stops and other marks with the docstring's example.",
        "Print repr() of your text below the right one and compare them mark by mark.",
    ),
    "accents": (
        "The letters look the same and are made of other characters. Were they typed or copied?",
        "Print [hex(ord(c)) for c in text]. A letter with an accent can be one character or "
        "two; unicodedata.normalize('NFC', text) makes one of them.",
    ),
    "more_before": (
        "What is written before the right text, and where does it come from?",
        "Print each part with repr() before you put them together. The text in the brackets of "
        "input() is printed, too, and so is every print() that you used to look at something.",
    ),
    "missing_characters": (
        "Which characters does your loop pass over?",
        "Print each character with repr() in every round of the loop, and what you make of it. "
        "Which if leaves some out, and what should happen to these?",
    ),
    "extra_characters": (
        "Which of your characters does the docstring not ask for?",
        "Print each character with repr() where it is added. Which of them should have been left "
        "out, or is one added twice?",
    ),
    "goes_on": (
        "Where should the text end?",
        "Print the text in every round of the loop. Which round is the last one that should add"
        " something?",
    ),
    "cut_short": (
        "What should follow, and which line adds it?",
        "Print the text in every round of the loop. Is a return inside the loop, or is the last"
        " round missing? A slice [:n] ends before n.",
    ),
    "line_ends": (
        "Lines end in \\n, and some systems write \\r\\n. Which one is in your text?",
        "Print repr() of your text. splitlines() understands every kind of line break, "
        "split('\\n') leaves the \\r in place.",
    ),
    "blank_lines": (
        "Where should there be an empty line, and where not?",
        "Print repr() of your text: each empty line is \\n\\n. print() adds a line break at its "
        "end; if the text has one already, there are two.",
    ),
    "missing_lines": (
        "Which lines does your code pass over?",
        "Number your lines and those of the right text. Look at the first and the last round of"
        " the loop, and at an if that skips a round.",
    ),
    "extra_lines": (
        "Which lines should not be there?",
        "Number your lines and those of the right text. Is there a print() left from a test, or"
        " one inside a loop that should be behind it?",
    ),
    "not_raised": (
        "For which arguments does the docstring ask for an exception? Does your code test for "
        "them?",
        "Make the call under Repeat with a print before your raise line. If it is not reached, "
        "print the condition above it. A try around it may catch the exception, and a return "
        "before it ends the function.",
    ),
    "other_exception": (
        "Read the line under Raised: is it the one that should raise?",
        "If the line is not a raise of yours, the call fails before your test of the argument: "
        "move the test up. Otherwise compare the name after raise with the docstring.",
    ),
    "other_base": (
        "From which class should the exception be derived, according to the docstring?",
        "The class in the parentheses after the name of yours is the one that it is derived from.",
    ),
    "other_text": (
        "Which words does the docstring ask for in the text of the exception?",
        "Catch the exception in Python and print str() of it. The text is what stands between "
        "the parentheses after the name of the exception in your raise line.",
    ),
    "nothing_printed": (
        "Does every way through your code reach a print?",
        "Call the function in Python, outside of print(). What is returned is not printed, and "
        "what is written to sys.stderr is not counted.",
    ),
    "too_much_printed": (
        "Is there a print inside a loop that runs much too often?",
        "Print a counter in the loop, and stop it after ten rounds. Does its condition ever "
        "change?",
    ),
}
