"""Hints for what is observed of tables, columns and figures."""

from __future__ import annotations

# By observation: what to ask oneself, and a thing to do.
TABLE_HINTS: dict[str, tuple[str, str]] = {
    "not_a_table": (
        "Print type() of what you return. Which line made it, and what does the docstring name?",
        "One pair of brackets around a name takes a column, and two pairs take a table. "
        "groupby() alone computes nothing, and a sum or mean of one column is a Series. "
        "reset_index(), to_frame() and unstack() make tables.",
    ),
    "wrong_rows": (
        "Which rows are missing, or should not be there? Compare your result with the argument.",
        "Print len() of the table after each line. Which line should remove rows, and is its "
        "result assigned to a name? A merge adds rows if a key occurs several times. how= "
        "decides whether rows without a partner are kept.",
    ),
    "missing_column": (
        "Print the columns of what you return. Which line should make the one that is missing?",
        "Print list(table.columns) after each line: capitals and spaces count. groupby(), "
        "set_index() and pivot_table() move columns into the index, and reset_index() moves them "
        "back.",
    ),
    "extra_column": (
        "Which line makes the column that the docstring does not ask for?",
        "Print list(table.columns) after each line. A column that you need only for an "
        "intermediate step has to be dropped. reset_index() keeps the old index as a column "
        "unless you pass drop=True.",
    ),
    "column_order": (
        "In which order does the docstring name the columns?",
        "A list of names in brackets takes columns in its order. A merge puts those of the first "
        "table first.",
    ),
    "row_order": (
        "Which order should the rows have: one that you sort by, or that of the argument?",
        "Print the rows of the argument and of your result. sort_values() makes a new table. "
        "groupby(), pivot_table() and some merges sort by their keys.",
    ),
    "wrong_index": (
        "Print the index of what you return. Which labels should the rows have?",
        "Rows keep their labels when you drop others or sort them, until you reset the index. "
        "groupby() and pivot_table() use the values that they group by as labels.",
    ),
    "wrong_kind": (
        "Print the dtypes of what you return. Which line should change the type of that column?",
        "Functions such as astype(), pd.to_numeric() and pd.to_datetime() return a new column, "
        "which has to be assigned. Print the dtypes after each line: after which one is the type "
        "wrong?",
    ),
    "missing_value": (
        "Which line makes the missing values, and what should be in their place?",
        "Print table.isna().sum() after each line. A merge or a pivot leaves a gap where "
        "nothing matches. Columns are matched by the labels of their rows. fillna() makes a new "
        "table.",
    ),
    "wrong_dtype": (
        "Print the dtypes of what you return and compare them with the docstring.",
        "Print the dtypes after each line. A column of whole numbers becomes float64 if a value "
        "is missing.",
    ),
    "wrong_name": (
        "Print the name of the Series or of the index, and compare it with the docstring.",
        "A Series has rename(), and an index has rename_axis(). Each returns a new one, which "
        "has to be assigned.",
    ),
    "no_such_column": (
        "Compare that name letter by letter with the names that are there. Is it a column, or "
        "the key of a dict?",
        "Print list(table.columns), or the keys, in the line before it. Capitals and spaces "
        "count. A column that became the index is not a column any more. A column of another "
        "table is there only after the merge.",
    ),
    "no_text_drawn": (
        "Which line writes that text into the figure? Does it call a function, with parentheses?",
        "plt.title and plt.xlabel are functions: text that you assign to them is not drawn. The "
        "methods of axes are set_title() and set_xlabel(). Which axes of the figure have the "
        "text?",
    ),
    "nothing_drawn": (
        "Look at the figure that your function draws. What is missing in it?",
        "Curves, bars and points get a label where they are drawn, with label=, and legend() "
        "shows the labels that are there when it is called.",
    ),
    "drawn_otherwise": (
        "Look at the figure that your function draws, and count what the docstring asks for.",
        "plot() of a table draws a curve for each column, and scatter() and bar() draw no "
        "curve. plt.figure() and plt.subplots() begin a new figure.",
    ),
}
# What was returned, and what was drawn, have different causes.
OF_FIGURES = {
    "empty_text": "no_text_drawn",
    "empty": "nothing_drawn",
    "wrong_length": "drawn_otherwise",
}
MODIFIED_TABLE = (
    "Work on a copy: a new column, an assignment to rows and inplace=True change the caller's "
    "table."
)
