"""Hints for what is observed of plain data: text, lists, dicts, exceptions and printed text."""

from __future__ import annotations

# By observation: what to ask oneself, and a thing to do.
PLAIN_HINTS: dict[str, tuple[str, str]] = {
    "wrong_type": (
        "Compare the type that the docstring names with the type of what you return.",
        "Print type() of what you return, and of its first entry. list(), tuple(), set(), int() "
        "and str() each make a new value of that type. input() and split() return text: in "
        "which line should that text become a number?",
    ),
    "nested": (
        "There is one list or tuple too many around the answer. Which line adds it?",
        "Look at the return line: a comma at its end, or brackets around the value, make a "
        "tuple or list of one entry. append() adds a list as one entry, and extend() adds its "
        "entries.",
    ),
    "other_order": (
        "The entries are right. Which order does the docstring ask for, and which order do "
        "yours have?",
        "Print your result and the arguments. A set has no order of its own. sort() and "
        "sorted() compare text letter by letter, upper case before lower case, and '10' before "
        "'9'. With key= they compare something else.",
    ),
    "duplicates": (
        "How many times should an entry be in the result if it is in the argument twice?",
        "Call it with an argument that has the same entry twice, and print your result after "
        "every round of the loop. Where is an entry added a second time, or left out because it "
        "is there already?",
    ),
    "missing_keys": (
        "Which entries of the argument does your function leave out?",
        "Print the key in every round of the loop. Look at the first and the last round, at an "
        "if that skips a round, and at keys that are made only when something is found.",
    ),
    "extra_keys": (
        "Which line adds the keys that the docstring does not ask for?",
        "Print each key with repr() where it is added. Common mistakes are an empty text, two "
        "keys that differ only in case or white space, and a key for something that was not "
        "found.",
    ),
    "other_keys": (
        "Print your keys with repr() and compare them with the docstring's example.",
        "Take a small argument and write down by hand which keys the result should have. Print "
        "each key where it is added: which part of the argument is it made of?",
    ),
    "missing_entries": (
        "Which entries does your function leave out?",
        "Print the entry in every round of the loop. Look at the first and the last round, at "
        "an if that skips a round, and at a comparison that should allow equality.",
    ),
    "extra_entries": (
        "Which condition should have left out some of the entries?",
        "Print each entry where it is added, together with the condition before it. Is a < used "
        "instead of <=, or an `or` instead of `and`?",
    ),
    "other_entries": (
        "Take a small argument and write down by hand which entries the result should have.",
        "Print each entry where it is added, and the condition before it. Which entry should "
        "not be there, and which one is missing?",
    ),
    "exchanged": (
        "Which of the two is the key in the docstring, and which is the value?",
        "In the line that writes into the dict, the key is between the brackets and the value "
        "is after the =. Compare both with the docstring's words.",
    ),
    "empty": (
        "Does your code ever add anything to the result, and does it return that result?",
        "Print the result before and after the line that adds to it. If that line is never "
        "reached, print the condition above it. Otherwise look for a line that makes the result "
        "empty again.",
    ),
    "wrong_fields": (
        "Compare the names of the fields with those in the docstring, letter by letter.",
        "Print what you return: a dataclass and a named tuple show the names of their fields.",
    ),
    "empty_text": (
        "Does your code ever add anything to the text, and does it return that text?",
        "Text cannot be changed: text.replace(...) and text + 'a' make a new text, which has to "
        "be assigned to a name. Print the text after each line.",
    ),
    "final_newline": (
        "How should the text end?",
        "Print repr() of your text: a line break is shown as \\n. '\\n'.join(lines) puts a line "
        "break between the lines and none at the end.",
    ),
    "outer_space": (
        "What is at the beginning and at the end of your text, or of its lines?",
        "Print repr() of your text. strip() removes white space at both ends, lstrip() and "
        "rstrip() at one end. A separator that is added after every entry is there once too "
        "often.",
    ),
    "white_space": (
        "Compare the spaces, tabs and line breaks with the docstring's example.",
        "Print repr() of your text: it shows each space, \\t and \\n. print() puts a space "
        "between its arguments. sep= and an f-string put what you write.",
    ),
    "letter_case": (
        "Does the docstring ask for upper case, for lower case, or for the letters of the "
        "argument?",
        "Print repr() of the argument and of the result. Where should lower(), upper(), "
        "capitalize() or title() be used, and where should the letters stay as they are?",
    ),
    "quotes": (
        "Are the quotes part of the text, or only part of how Python writes it?",
        "repr() and the !r of an f-string add quotes, and str() does not. Text from a file may "
        "have quotes of its own: print its first and last character.",
    ),
    "marks": (
        "Compare commas, full stops and other marks with the docstring's example.",
        "Print repr() of your text below the right text and compare them character by character.",
    ),
    "accents": (
        "The letters look the same, but they are other characters. Did you type them or copy them?",
        "Print [hex(ord(c)) for c in text]. A letter with an accent can be one character or "
        "two. unicodedata.normalize('NFC', text) makes one of the two.",
    ),
    "more_before": (
        "Your code writes something before the right text. Which line writes it?",
        "Print each part with repr() before you join them. Python also prints the text in the "
        "brackets of input(), and every print() that you added to look at a value.",
    ),
    "missing_characters": (
        "Which characters does your loop leave out?",
        "Print each character with repr() in every round of the loop, and what your code makes "
        "of it. Which if leaves some out, and what should happen to them?",
    ),
    "extra_characters": (
        "Which of your characters does the docstring not ask for?",
        "Print each character with repr() where it is added. Is there one that should have been "
        "left out, or one that is added twice?",
    ),
    "goes_on": (
        "Your text is longer than the right one. Where should it end?",
        "Print the text in every round of the loop. Which round is the last one that should add"
        " something?",
    ),
    "cut_short": (
        "Your text ends too early. What should follow, and which line adds it?",
        "Print the text in every round of the loop. Is a return inside the loop, or does the "
        "loop end a round too early? A slice [:n] ends before n.",
    ),
    "line_ends": (
        "Some systems end a line with \\n and others with \\r\\n. Which of the two is in your "
        "text?",
        "Print repr() of your text. splitlines() splits at every kind of line break, and "
        "split('\\n') leaves the \\r in place.",
    ),
    "blank_lines": (
        "Where should there be an empty line, and where not?",
        "Print repr() of your text: each empty line is \\n\\n. print() adds a line break at its "
        "end. If the text already has one, there are two.",
    ),
    "missing_lines": (
        "Which lines does your code leave out?",
        "Number your lines and those of the right text. Look at the first and the last round of"
        " the loop, and at an if that skips a round.",
    ),
    "extra_lines": (
        "Which of your lines are not in the right text?",
        "Number your lines and those of the right text. Is there a print() that you added to "
        "look at a value, or one inside a loop that should be after it?",
    ),
    "not_raised": (
        "For which arguments does the docstring ask for an exception? Does your code test for "
        "them?",
        "Make the call under Repeat with a print before your raise line. If it prints nothing, "
        "print the condition above it. A try around it may catch the exception, and a return "
        "before it ends the function.",
    ),
    "other_exception": (
        "Read the line under Raised. Is it the line that should raise the exception?",
        "If the line is not one of your raise lines, the call fails before your test of the "
        "argument: move the test up. Otherwise compare the name after raise with the docstring.",
    ),
    "other_base": (
        "Which class should be the base of your exception, according to the docstring?",
        "The class in the parentheses after the name of your class is its base.",
    ),
    "other_text": (
        "Which words does the docstring ask for in the text of the exception?",
        "Catch the exception in Python and print str() of it. Its text is what is between the "
        "parentheses in your raise line.",
    ),
    "nothing_printed": (
        "Does every path through your code reach a print?",
        "Call the function in Python without a print() around it. A returned value is not "
        "printed, and output to sys.stderr does not count.",
    ),
    "too_much_printed": (
        "Is there a print inside a loop that runs too many times?",
        "Print a counter in the loop, and stop it after ten rounds. Does the loop's condition "
        "ever change?",
    ),
}
