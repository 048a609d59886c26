"""Wrong ways to write dual numbers and a graph of values, each with what it shows.

Most classes here are right but for one method. The right rest is in `_Dual` and `_Value`.
"""

import math

from grader.testing import misconception


class _Dual:
    def __init__(self, a, b=0.0):
        self.a = a
        self.b = b

    def lift(self, other):
        return other if isinstance(other, _Dual) else type(self)(other, 0.0)

    def __add__(self, other):
        other = self.lift(other)
        return type(self)(self.a + other.a, self.b + other.b)

    def __radd__(self, other):
        return self.lift(other) + self

    def __neg__(self):
        return type(self)(-self.a, -self.b)

    def __sub__(self, other):
        other = self.lift(other)
        return type(self)(self.a - other.a, self.b - other.b)

    def __rsub__(self, other):
        return self.lift(other) - self

    def __mul__(self, other):
        other = self.lift(other)
        return type(self)(self.a * other.a, self.b * other.a + self.a * other.b)

    def __rmul__(self, other):
        return self.lift(other) * self

    def __truediv__(self, other):
        other = self.lift(other)
        return type(self)(self.a / other.a, (self.b * other.a - self.a * other.b) / other.a**2)

    def __rtruediv__(self, other):
        return self.lift(other) / self

    def __pow__(self, n):
        return type(self)(self.a**n, n * self.a ** (n - 1) * self.b)

    def exp(self):
        return type(self)(math.exp(self.a), math.exp(self.a) * self.b)

    def sigmoid(self):
        s = 1 / (1 + math.exp(-self.a))
        return type(self)(s, s * (1 - s) * self.b)


@misconception(
    "F1-02",
    of="Dual",
    hint="Where 1 / x falls, does your derivative say so?",
)
class DualQuotientTurnedRound(_Dual):
    def __truediv__(self, other):
        other = self.lift(other)
        return type(self)(self.a / other.a, (self.a * other.b - self.b * other.a) / other.a**2)


@misconception(
    "F1-05",
    of="Dual",
    hint="Put x = 1 into 5 - x and into x - 5. Which of the two does Python ask you for when "
    "the number stands on the left?",
    second_hint="Python calls x.__rsub__(5) for 5 - x: self is what stands on the right. Put a "
    "print into it, and compare with your __sub__ for x = 1: both answers should "
    "differ in sign, in a and in b.",
)
class DualDifferenceTurnedRound(_Dual):
    __rsub__ = _Dual.__sub__


@misconception(
    "F1-06",
    of="Dual",
    hint="When x moves, by how much does the 3 in x + 3 move?",
)
class DualWithMovingConstants(_Dual):
    def lift(self, other):
        return other if isinstance(other, _Dual) else type(self)(other, 1.0)


@misconception(
    "F1-07",
    of="Dual",
    hint="Compare exp(x) with exp(2x): your derivative treats them alike. What does exp know "
    "about how fast its argument moves?",
    second_hint="For exp(2x) the argument moves twice as fast as x. Its b says so. Print self.b "
    "in your exp: it is 2, and it is nowhere in your result.",
)
class DualExpWithoutTheChain(_Dual):
    def exp(self):
        return type(self)(math.exp(self.a), math.exp(self.a))


@misconception(
    "F1-09",
    of="Dual",
    hint="Is sigmoid(3x) steeper at 0 than sigmoid(x)? Is it with your class?",
)
class DualSigmoidWithoutTheChain(_Dual):
    def sigmoid(self):
        s = 1 / (1 + math.exp(-self.a))
        return type(self)(s, s * (1 - s))


@misconception(
    "F1-X1",
    of="Dual",
    hint="By your rule x * x at x = 3 rises by 1 for every 1 that x rises. From 3 to 3.1, how "
    "much does it really rise?",
    second_hint="Let x be 3 and grow to 3 + e, and multiply out (3 + e)(3 + e) on paper. The "
    "terms with a single e are the derivative: each is a value of one factor times "
    "the movement of the other.",
)
class DualProductOfDerivatives(_Dual):
    def __mul__(self, other):
        other = self.lift(other)
        return type(self)(self.a * other.a, self.b * other.b)


@misconception(
    "F1-X2",
    of="Dual",
    hint="x ** 3 is right where x is the input. What if the base is 2x?",
)
class DualPowerWithoutTheChain(_Dual):
    def __pow__(self, n):
        return type(self)(self.a**n, n * self.a ** (n - 1))


@misconception(
    "F1-X3",
    of="Dual",
    hint="Dual(7.0) is a constant. What is its b?",
)
class DualThatMovesByDefault(_Dual):
    def __init__(self, a, b=1.0):
        super().__init__(a, b)


@misconception(
    "F1-X4",
    of="Dual",
    hint="Let the numerator be constant and the denominator grow: does your derivative notice?",
)
class DualQuotientOfDerivatives(_Dual):
    def __truediv__(self, other):
        other = self.lift(other)
        return type(self)(self.a / other.a, self.b / other.a)


@misconception(
    "F1-X5",
    of="Dual",
    hint="After z = x + 1, what is x? Is z another object?",
)
class DualAddedInPlace(_Dual):
    def __add__(self, other):
        other = self.lift(other)
        self.a = self.a + other.a
        self.b = self.b + other.b
        return self


@misconception(
    "F1-X10",
    of="Dual",
    hint="Only divisions are wrong. By what is the difference in the quotient rule divided?",
)
class DualQuotientWithoutTheSquare(_Dual):
    def __truediv__(self, other):
        other = self.lift(other)
        return type(self)(self.a / other.a, (self.b * other.a - self.a * other.b) / other.a)


@misconception(
    "F1-X6",
    of="forward_derivative",
    hint="f gets a dual number. Which b stands for the variable that one differentiates by?",
)
def forward_derivative_of_a_constant(f, x):
    y = f(_Dual(x))
    return y.b if isinstance(y, _Dual) else 0.0


@misconception(
    "F1-X7",
    of="forward_derivative",
    hint="A dual number comes back with two parts. Which of them was asked for?",
)
def forward_derivative_as_the_value(f, x):
    y = f(_Dual(x, 1.0))
    return y.a if isinstance(y, _Dual) else y


@misconception(
    "F1-X11",
    of="forward_derivative",
    hint="How fast does x change when x changes?",
)
def forward_derivative_seeded_with_x(f, x):
    y = f(_Dual(x, x))
    return y.b if isinstance(y, _Dual) else 0.0


@misconception(
    "F1-X12",
    of="forward_derivative",
    hint="A dual number comes back with two parts. Which of them do you return?",
)
def forward_derivative_as_the_value_of_duals(f, x):
    y = f(_Dual(x, 1.0))
    return y.a if isinstance(y, _Dual) else 0.0


@misconception(
    "F1-X8",
    of="forward_derivative",
    hint="A step h costs digits, most of all where x is large. Does a dual number need one?",
)
def forward_derivative_by_differences(f, x):
    h = 1e-5
    difference = _Dual(0.0) + f(_Dual(x + h)) - f(_Dual(x - h))
    return difference.a / (2 * h)


@misconception(
    "F1-X9",
    of="forward_derivative",
    hint="What does a function return that ignores its argument, and has that a b?",
)
def forward_derivative_of_duals_only(f, x):
    return f(_Dual(x, 1.0)).b


class _Value:
    def __init__(self, data):
        self.data = data
        self.grad = 0.0
        self.parents = ()

    def lift(self, other):
        return other if isinstance(other, _Value) else type(self)(other)

    def node(self, data, *parents):
        made = type(self)(data)
        made.parents = parents
        return made

    def __add__(self, other):
        other = self.lift(other)
        return self.node(self.data + other.data, (self, 1.0), (other, 1.0))

    def __radd__(self, other):
        return self.lift(other) + self

    def __neg__(self):
        return self.node(-self.data, (self, -1.0))

    def __sub__(self, other):
        other = self.lift(other)
        return self.node(self.data - other.data, (self, 1.0), (other, -1.0))

    def __rsub__(self, other):
        return self.lift(other) - self

    def __mul__(self, other):
        other = self.lift(other)
        return self.node(self.data * other.data, (self, other.data), (other, self.data))

    def __rmul__(self, other):
        return self.lift(other) * self

    def __truediv__(self, other):
        other = self.lift(other)
        slope = -self.data / other.data**2
        return self.node(self.data / other.data, (self, 1 / other.data), (other, slope))

    def __rtruediv__(self, other):
        return self.lift(other) / self

    def __pow__(self, n):
        return self.node(self.data**n, (self, n * self.data ** (n - 1)))

    def exp(self):
        return self.node(math.exp(self.data), (self, math.exp(self.data)))

    def relu(self):
        return self.node(max(self.data, 0.0), (self, float(self.data > 0)))

    def order(self):
        """Return all nodes, each before the nodes it was computed from."""
        order, seen, waiting = [], set(), [(self, False)]
        while waiting:
            node, done = waiting.pop()
            if done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent, _ in node.parents]
        return order[::-1]

    def backward(self):
        order = self.order()
        for node in order:
            node.grad = 0.0
        self.grad = 1.0
        for node in order:
            for parent, slope in node.parents:
                parent.grad += slope * node.grad


@misconception(
    "F2-01",
    of="Value",
    hint="In x * x + x there are three ways to x. Whose contribution is left in the end?",
    second_hint="Build y = x + x and call backward: x.grad should be 2, and yours is 1. The "
    "second contribution overwrites the first; which assignment in your local rules "
    "should rather collect?",
)
class ValueThatAssignsGradients(_Value):
    def backward(self):
        order = self.order()
        self.grad = 1.0
        for node in order:
            for parent, slope in node.parents:
                parent.grad = slope * node.grad


@misconception(
    "F2-04",
    of="Value",
    hint="Take a node that two others use. When it hands its gradient on, have both of them "
    "paid in?",
    second_hint="Take a = x + 1, b = a * 2, c = a * 3, y = b + c, and write down the order in "
    "which your backward visits the nodes. a may only be visited after both b and c: "
    "sort the whole graph before anything is passed on.",
)
class ValueSweptDepthFirst(_Value):
    def backward(self):
        for node in self.order():
            node.grad = 0.0
        self.grad = 1.0
        seen = set()

        def sweep(node):
            if node not in seen:
                seen.add(node)
                for parent, slope in node.parents:
                    parent.grad += slope * node.grad
                for parent, _ in node.parents:
                    sweep(parent)

        sweep(self)


@misconception(
    "F2-05",
    of="Value",
    hint="Every gradient is a multiple of the output's own. How fast does y change when y does?",
    second_hint="Print y.grad after y.backward(): it should be how fast y changes with y. All "
    "others are multiples of that one, so a 0 there makes everything 0.",
)
class ValueWithoutASeed(_Value):
    def backward(self):
        order = self.order()
        for node in order:
            node.grad = 0.0
        for node in order:
            for parent, slope in node.parents:
                parent.grad += slope * node.grad


@misconception(
    "F2-07",
    of="Value",
    hint="Move a a little and leave b: how much a product moves is up to which of them?",
)
class ValueProductWithOwnSlopes(_Value):
    def __mul__(self, other):
        other = self.lift(other)
        return self.node(self.data * other.data, (self, self.data), (other, other.data))


@misconception(
    "F2-08",
    of="Value",
    hint="When x goes up, which way does -x go?",
)
class ValueNegatedWithoutTheSign(_Value):
    def __neg__(self):
        return self.node(-self.data, (self, 1.0))


@misconception(
    "F2-10",
    of="Value",
    hint="Left of the kink relu is flat. What arrives at x from there?",
)
class ValueReluAlwaysOpen(_Value):
    def relu(self):
        return self.node(max(self.data, 0.0), (self, 1.0))


@misconception(
    "F2-11",
    of="Value",
    hint="At x = 0, exp has slope 1. What has yours?",
)
class ValueExpWithSlopeX(_Value):
    def exp(self):
        return self.node(math.exp(self.data), (self, self.data))


@misconception(
    "F2-12",
    of="Value",
    hint="In 4 / x with x = 2, which number does Python pass as self and which as other, and "
    "what comes out?",
)
class ValueQuotientTurnedRound(_Value):
    def __rtruediv__(self, other):
        return self * self.lift(other) ** -1


@misconception(
    "F2-X1",
    of="Value",
    hint="A node that is visited twice hands on its first contribution twice as well. How "
    "often may it pass its gradient on?",
)
class ValueSweptAlongEveryPath(_Value):
    def backward(self):
        for node in self.order():
            node.grad = 0.0
        self.grad = 1.0

        def sweep(node):
            for parent, slope in node.parents:
                parent.grad += slope * node.grad
                sweep(parent)

        sweep(self)


@misconception(
    "F2-X2",
    of="Value",
    hint="Call backward twice and print the gradient after each. What should the second call "
    "begin with?",
    second_hint="Call y.backward() twice: the gradients should be the same afterwards. Before "
    "anything is handed on, walk over all nodes of the graph once, and give them a "
    "clean start.",
)
class ValueThatAddsToOldGradients(_Value):
    def backward(self):
        self.grad = 1.0
        for node in self.order():
            for parent, slope in node.parents:
                parent.grad += slope * node.grad


@misconception(
    "F2-X3",
    of="Value",
    hint="How deep do the calls nest in a chain of 3000 nodes, and how deep may they?",
)
class ValueOrderedByRecursion(_Value):
    def order(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for parent, _ in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        return order[::-1]


@misconception(
    "F2-X4",
    of="Value",
    hint="The denominator is a Value too. Which way does x / y go when y grows?",
)
class ValueQuotientWithConstantDenominator(_Value):
    def __truediv__(self, other):
        other = self.lift(other)
        return self.node(self.data / other.data, (self, 1 / other.data))


@misconception(
    "F2-X5",
    of="Value",
    hint="Is the minus in x - y felt by what goes back to y?",
)
class ValueDifferenceWithoutTheSign(_Value):
    def __sub__(self, other):
        other = self.lift(other)
        return self.node(self.data - other.data, (self, 1.0), (other, 1.0))


@misconception(
    "F2-X6",
    of="Value",
    hint="Gradients may be negative. Which sign does relu look at, that of what goes forward "
    "or that of what comes back?",
)
class ValueReluOfTheGradient(_Value):
    def relu(self):
        made = self.node(max(self.data, 0.0), (self, 1.0))
        made.clips = True
        return made

    def backward(self):
        order = self.order()
        for node in order:
            node.grad = 0.0
        self.grad = 1.0
        for node in order:
            arrived = max(node.grad, 0.0) if hasattr(node, "clips") else node.grad
            for parent, slope in node.parents:
                parent.grad += slope * arrived


@misconception(
    "F2-X7",
    of="Value",
    hint="Only leaves have a gradient of 1 by your rule. Is the output a leaf?",
)
class ValueSeededAtTheLeaves(_Value):
    def backward(self):
        order = self.order()
        for node in order:
            node.grad = 0.0 if node.parents else 1.0
        for node in order:
            for parent, slope in node.parents:
                parent.grad += slope * node.grad


@misconception(
    "F2-X8",
    of="Value",
    hint="An operation is right as the last step and wrong where another follows. What comes "
    "back to it from there, and is it passed on?",
)
class ValuePowerDeafToWhatFollows(_Value):
    def __pow__(self, n):
        made = super().__pow__(n)
        made.deaf = True
        return made

    def backward(self):
        order = self.order()
        for node in order:
            node.grad = 0.0
        self.grad = 1.0
        for node in order:
            for parent, slope in node.parents:
                parent.grad += slope * (1.0 if hasattr(node, "deaf") else node.grad)


@misconception(
    "F2-X9",
    of="Value",
    hint="Print the nodes in the order in which they pass their gradient on. Which of them has "
    "one at the beginning?",
)
class ValueSweptFromTheLeaves(_Value):
    def backward(self):
        order = self.order()
        for node in order:
            node.grad = 0.0
        self.grad = 1.0
        for node in order[::-1]:
            for parent, slope in node.parents:
                parent.grad += slope * node.grad


@misconception(
    "F2-X10",
    of="Value",
    hint="Call backward twice. Which nodes begin the second call with what the first one left?",
)
class ValueThatClearsLeavesOnly(_Value):
    def backward(self):
        order = self.order()
        for node in order:
            node.grad = node.grad if node.parents else 0.0
        self.grad = 1.0
        for node in order:
            for parent, slope in node.parents:
                parent.grad += slope * node.grad


@misconception(
    "F2-X11",
    of="Value",
    hint="In x + x both operands are the same node. How many contributions does it get?",
)
class ValueWithASetOfParents(_Value):
    def node(self, data, *parents):
        return super().node(data, *set(parents))


@misconception(
    "F3-01",
    of="jacobian_passes",
    hint="A forward pass starts with one b = 1 at one input. What does that one pass tell, and "
    "what not?",
    second_hint="Take one input and 1000 outputs. One forward pass carries one input's movement "
    "to all outputs: how many are needed? Then ask the same of a reverse pass, which "
    "starts at one output.",
)
def jacobian_passes_swapped(n_in, n_out):
    return {"forward": n_out, "reverse": n_in}


@misconception(
    "F3-X1",
    of="jacobian_passes",
    hint="One pass fills more than one entry of the Jacobian. Which ones?",
)
def jacobian_passes_one_an_entry(n_in, n_out):
    return {"forward": n_in * n_out, "reverse": n_in * n_out}


@misconception(
    "F3-X2",
    of="jacobian_passes",
    hint="One reverse pass is enough for one output. What if there are several?",
)
def jacobian_passes_one_for_all_outputs(n_in, n_out):
    return {"forward": n_in, "reverse": 1}
