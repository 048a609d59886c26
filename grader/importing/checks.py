"""The checks of a test: each assertion with the lines before it that it needs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.importing.allowed import find_refused
from grader.importing.assertions import (
    RAISES,
    Asserting,
    Words,
    is_object,
    plain_name,
)
from grader.importing.expressions import (
    Known,
    Scope,
    Untranslatable,
    draws_unseeded,
    import_line,
    is_answer,
    translate,
)
from grader.importing.forms import (
    asks_for_name,
    asserts,
    called,
    can_be_title,
    expected_exception,
    informs,
    inline,
    title_of,
)
from grader.importing.parts import GradedCell
from grader.importing.statements import (
    BUILTINS,
    Statement,
    imported,
    make_statement,
    slice_back,
    split,
)

_AUTOTEST = "AUTOTEST"
# Names that the lines of a check call, so no variable of a test can have them.
NAMES_OF_SUITES = frozenset(
    "student equal close expect raises computed has_shape sequence by_source check function "
    "fail is_defined".split()
)


@dataclass(frozen=True, slots=True)
class Draft:
    """One assertion of an assignment, as a check or as a comment.

    Parameters
    ----------
    source : str
        The assertion as it was.
    setup : str
        The lines before it that it needs; empty where it was translated.
    lines : tuple of str
        The body of the check; empty where it could not be translated.
    functions : tuple of str
        The students' functions that it asks for; the last is the one that it tests.
    imports : tuple of str
        Names that the body needs imported.
    reason : str
        Why it could not be translated.
    title : str
        What it asserts, in words or in code.
    """

    question: str
    source: str
    hidden: bool
    points_c: int = 0
    lines: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    draws: bool = False
    reason: str = ""
    title: str = ""
    setup: str = ""


def translate_test(test: GradedCell, known: Known, provided: Sequence[Statement]) -> list[Draft]:
    """Return the assertions of a test.

    Parameters
    ----------
    provided : sequence of Statement
        The notebook's own statements above the test.
    """
    try:
        statements = inline(split(test.text))
    except SyntaxError as error:
        reason = f"is not valid Python ({error.msg})"
        return [Draft(test.question, test.text, bool(test.hidden), reason=reason)]
    names = imported([*provided, *statements])
    known = replace(known, imports={**known.imports, **names})
    drafts = [
        _translate_one(test, statement, known, [*provided, *statements[:place]])
        for place, statement in enumerate(statements)
        if (asserts(statement.node) or statement.line in test.wants)
        and not asks_for_name(statement.node)
    ]
    drafts += [
        Draft(test.question, line.strip(), number in test.hidden, reason="is made by nbgrader")
        for number, line in enumerate(test.text.split("\n"), start=1)
        if line.lstrip().startswith("#") and _AUTOTEST in line
    ]
    if not drafts and not any(asks_for_name(one.node) for one in statements) and statements:
        reason = "asserts nothing that can be read"
        return [Draft(test.question, test.text.strip("\n"), bool(test.hidden), reason=reason)]
    return drafts


def _translate_one(
    test: GradedCell, statement: Statement, known: Known, before: Sequence[Statement]
) -> Draft:
    """Return one assertion with what it needs of the statements before it."""
    hidden = statement.line in test.hidden
    draft = Draft(test.question, statement.text.strip("\n"), hidden)
    scope = Scope()
    earlier = [one for one in before if not asserts(one.node)]
    needed = slice_back(statement.uses - known.asked, earlier)
    try:
        body = _Body(known, scope, hidden=hidden)
        lines = [line for one in needed for line in body.prepare(one.node)]
        if statement.line in test.wants and isinstance(statement.node, ast.Expr):
            want = test.wants[statement.line]
            asserting = Asserting(known, scope, Words(hidden))
            lines += asserting.shows(statement.node.value, want)
        else:
            lines += body.assertion(statement.node)
        if not scope.asked:
            raise Untranslatable("asserts nothing of a student's function")
        if taken := scope.own & (NAMES_OF_SUITES | ({"rng"} if scope.draws else set())):
            raise Untranslatable(f"has an own {min(taken)}, which is a name of suites")
    except (Untranslatable, RecursionError) as error:
        setup = "\n".join(one.text.strip("\n") for one in needed)
        return replace(draft, reason=str(error) or "is nested too deeply", setup=setup)
    return replace(
        draft,
        lines=tuple(lines),
        functions=tuple(dict.fromkeys(scope.asked)),
        imports=tuple(sorted(scope.used)),
        draws=scope.draws,
        title=body.title or title_of(statement.node),
    )


class _Body:
    """The lines of one check."""

    def __init__(self, known: Known, scope: Scope, *, hidden: bool) -> None:
        self._known = known
        self._scope = scope
        self._hidden = hidden
        self.title = ""

    def prepare(self, node: ast.stmt) -> Iterator[str]:
        """Yield the lines for a statement that asserts nothing."""
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Pass):
            return
        if isinstance(node, ast.FunctionDef):
            yield from self._helper(node)
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            yield from self._assign(node.targets[0], node.value)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield from self._assign(node.target, node.value)
        elif isinstance(node, ast.Expr) and _is_seed(node.value):
            self._scope.seeded = True
            yield translate(node.value, self._known, self._scope)
        elif isinstance(node, ast.Expr) and self._is_method(node.value):
            yield translate(node.value, self._known, self._scope)
        elif isinstance(node, ast.For):
            yield from self._loop(node)
        elif isinstance(node, ast.Expr) and (name := self._collecting(node.value)):
            yield translate(node.value, self._known, self._scope)
            self._scope.answers.add(name)
        elif is_answer(node, self._known, self._scope):
            raise Untranslatable("needs a statement that works by changing its argument")
        else:
            yield from self._plain(node)

    def assertion(self, node: ast.stmt) -> Iterator[str]:
        """Yield the lines for a statement that asserts."""
        words = Words(self._hidden)
        if isinstance(node, ast.Assert):
            message = node.msg.value if isinstance(node.msg, ast.Constant) else ""
            said = message if isinstance(message, str) and informs(message) else ""
            self.title = said if can_be_title(said, node) else ""
            words = Words(self._hidden, said)
            yield from Asserting(self._known, self._scope, words).condition(node.test)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield from Asserting(self._known, self._scope, words).call(node.value)
        elif isinstance(node, ast.Try):
            kinds, body = expected_exception(node)
            yield from Asserting(self._known, self._scope, words).raises(kinds, body, None)
        elif isinstance(node, ast.With) and len(node.items) == 1:
            call = node.items[0].context_expr
            if plain_name(call) not in RAISES or not isinstance(call, ast.Call) or not call.args:
                raise Untranslatable("asserts within a `with`")
            match = next((k.value for k in call.keywords if k.arg == "match"), None)
            asserting = Asserting(self._known, self._scope, words)
            yield from asserting.raises(call.args[0], node.body, match)
        elif isinstance(node, ast.For):
            yield from self._loop(node)
        else:
            kind = type(node).__name__.lower()
            raise Untranslatable(f"asserts in a form that is not known ({kind})")

    def _assign(self, target: ast.expr, value: ast.expr) -> Iterator[str]:
        if is_object(value, self._known):
            if not isinstance(target, ast.Name):
                raise Untranslatable("puts an object into a part of something")
            yield f"{target.id} = {translate(value, self._known, self._scope)}"
            self._scope.own.add(target.id)
            self._scope.handles.add(target.id)
        elif is_answer(value, self._known, self._scope):
            yield from Asserting(self._known, self._scope, Words(self._hidden)).binding(
                target, value
            )
        else:
            if is_answer(target, self._known, self._scope):
                raise Untranslatable("changes an answer in place")
            made = translate(value, self._known, self._scope)
            if isinstance(target, ast.Name | ast.Tuple | ast.List):
                names = [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
                self._scope.own |= set(names)
                for known in (self._scope.answers, self._scope.handles):
                    known -= set(names)
            translate(_as_loaded(target), self._known, self._scope)
            yield f"{ast.unparse(target)} = {made}"

    def _is_method(self, node: ast.expr) -> bool:
        """Return whether it is the call of a method of a student's object."""
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in self._scope.handles
        )

    def _collecting(self, node: ast.expr) -> str:
        """Return the list or set of the check's own that a statement adds an answer to."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return ""
        of = node.func.value
        known = isinstance(of, ast.Name) and of.id in self._scope.own - self._scope.handles
        adds = node.func.attr in {"append", "add"} and len(node.args) == 1
        return of.id if isinstance(of, ast.Name) and known and adds else ""

    def _helper(self, node: ast.FunctionDef) -> Iterator[str]:
        if make_statement(node).uses & (self._known.asked | self._scope.answers):
            raise Untranslatable(f"needs the helper {node.name}, which uses students' names")
        # It may be passed to the student's function, by its source, which must then be complete.
        names = make_statement(node).uses & set(self._known.imports) - {"np"}
        lines = [import_line(name, self._known.imports[name]) for name in sorted(names)]
        header, *body = self._plain(node)
        yield header
        yield from (f"    {line}" for line in lines)
        yield from body
        self._scope.helpers.add(node.name)

    def _plain(self, node: ast.stmt) -> Iterator[str]:
        """Yield the lines of a statement that has nothing of the student's."""
        if reason := find_refused(node, self._known.imports):
            raise Untranslatable(f"needs a line that {reason}")
        statement = make_statement(node)
        for name in sorted(statement.uses - self._scope.own - statement.binds - BUILTINS):
            if name not in self._known.imports:
                raise Untranslatable(f"uses {name}, which only the notebook has")
            self._scope.used.add(name)
        if draws_unseeded(node, self._known, self._scope):
            raise Untranslatable("draws at random without a seed")
        self._scope.own |= statement.binds
        yield from ast.unparse(node).split("\n")

    def _loop(self, node: ast.For) -> Iterator[str]:
        if node.orelse or not isinstance(node.target, ast.Name | ast.Tuple):
            raise Untranslatable("asserts in a loop of a form that is not known")
        answers = is_answer(node.iter, self._known, self._scope)
        over = translate(node.iter, self._known, self._scope)
        names = {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
        self._scope.own |= names
        if answers:
            if not isinstance(node.target, ast.Name):
                raise Untranslatable("takes an answer apart in a loop")
            self._scope.answers |= names
            over = f"computed(lambda: list({over}), 'the answer')"
        lines = []
        for inner in node.body:
            lines += list(self.assertion(inner) if asserts(inner) else self.prepare(inner))
        yield from self._scope.take_lines()
        yield f"for {ast.unparse(node.target)} in {over}:"
        yield from (f"    {line}" for line in lines or ["pass"])


def _is_seed(node: ast.expr) -> bool:
    return called(node) in {"np.random.seed", "numpy.random.seed", "random.seed"}


def _as_loaded(target: ast.expr) -> ast.expr:
    """Return the target of an assignment as an expression that reads it."""
    return ast.parse(ast.unparse(target), mode="eval").body
