"""Correct ways to write dual numbers and a graph of values that are not the solution's."""

import itertools
import math
import numbers
import sys
from dataclasses import dataclass

import numpy as np

from grader.testing import variant


@variant(of="Dual")
@dataclass(frozen=True)
class DualAsDataclass:
    """Few rules: the other operations are made from these."""

    a: float
    b: float = 0.0

    def __add__(self, other):
        if isinstance(other, numbers.Real):
            return type(self)(self.a + other, self.b)
        return type(self)(self.a + other.a, self.b + other.b)

    def __mul__(self, other):
        if isinstance(other, numbers.Real):
            return type(self)(self.a * other, self.b * other)
        return type(self)(self.a * other.a, self.b * other.a + self.a * other.b)

    def __pow__(self, n):
        return type(self)(self.a**n, n * self.a ** (n - 1) * self.b)

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return (-self) + other

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return self**-1 * other

    def exp(self):
        return type(self)(math.e**self.a, math.e**self.a * self.b)

    def sigmoid(self):
        return 1 / (1 + (-self).exp())

    __radd__ = __add__
    __rmul__ = __mul__


@variant(of="Dual")
class DualAsMatrix:
    """a + b e is the matrix ((a, b), (0, a)); arithmetic is that of matrices."""

    def __init__(self, a, b=0.0, matrix=None):
        given = [[a, b], [0.0, a]] if matrix is None else matrix
        self.matrix = np.array(given, dtype=float)

    @property
    def a(self):
        return self.matrix[0, 0]

    @property
    def b(self):
        return self.matrix[0, 1]

    def of(self, matrix):
        return type(self)(0.0, 0.0, matrix)

    def matrix_of(self, other):
        return other.matrix if isinstance(other, type(self)) else other * np.eye(2)

    def __add__(self, other):
        return self.of(self.matrix + self.matrix_of(other))

    __radd__ = __add__

    def __neg__(self):
        return self.of(-self.matrix)

    def __sub__(self, other):
        return self.of(self.matrix - self.matrix_of(other))

    def __rsub__(self, other):
        return self.of(self.matrix_of(other) - self.matrix)

    def __mul__(self, other):
        return self.of(self.matrix @ self.matrix_of(other))

    __rmul__ = __mul__

    def __truediv__(self, other):
        return self.of(self.matrix @ np.linalg.inv(self.matrix_of(other)))

    def __rtruediv__(self, other):
        return self.of(other * np.linalg.inv(self.matrix))

    def through(self, value, slope):
        return self.of([[value, slope * self.b], [0.0, value]])

    def __pow__(self, n):
        if isinstance(n, int):
            return self.of(np.linalg.matrix_power(self.matrix, n))
        return self.through(self.a**n, n * self.a ** (n - 1))

    def exp(self):
        return self.through(np.exp(self.a), np.exp(self.a))

    def sigmoid(self):
        s = 0.5 + 0.5 * np.tanh(0.5 * self.a)
        return self.through(s, s - s * s)


@variant(of="Dual")
class DualOfLongDoubles:
    """Keeps more digits than double precision where the machine has them."""

    def __init__(self, a, b=0.0):
        self.a, self.b = np.longdouble(a), np.longdouble(b)

    def both(self, other):
        other = other if hasattr(other, "b") else type(self)(other)
        return self.a, self.b, other.a, other.b

    def __add__(self, other):
        a, b, c, d = self.both(other)
        return type(self)(a + c, b + d)

    __radd__ = __add__

    def __neg__(self):
        return type(self)(-self.a, -self.b)

    def __sub__(self, other):
        a, b, c, d = self.both(other)
        return type(self)(a - c, b - d)

    def __rsub__(self, other):
        return -(self - other)

    def __mul__(self, other):
        a, b, c, d = self.both(other)
        return type(self)(a * c, b * c + a * d)

    __rmul__ = __mul__

    def __truediv__(self, other):
        a, b, c, d = self.both(other)
        return type(self)(a / c, b / c - a * d / c**2)

    def __rtruediv__(self, other):
        return type(self)(other) / self

    def __pow__(self, n):
        return type(self)(self.a**n, self.b * n * self.a**n / self.a)

    def exp(self):
        e = np.exp(self.a)
        return type(self)(e, e * self.b)

    def sigmoid(self):
        s = 1 / (1 + np.exp(-self.a))
        return type(self)(s, s * (1 - s) * self.b)


@variant(of="forward_derivative")
def forward_derivative_with_attribute_default(f, x):
    return getattr(f(Dual(x, 1)), "b", 0.0)  # noqa: F821


@variant(of="forward_derivative")
def forward_derivative_through_addition(f, x):
    return np.float64((Dual(0.0) + f(Dual(float(x), 1.0))).b)  # noqa: F821


@variant(of="forward_derivative")
def forward_derivative_with_another_tangent(f, x):
    result = f(Dual(x, 4.0))  # noqa: F821
    return 0 if isinstance(result, int | float) else np.array([result.b / 4.0])


@variant(of="Value")
class ValueWithClosures:
    """Each operation leaves a function behind that pays its parents."""

    def __init__(self, data, parents=(), op=""):
        self.data = data
        self.grad = 0
        self.op = op
        self.children = set(parents)
        self.pay = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, type(self)) else type(self)(other)
        out = type(self)(self.data + other.data, (self, other), "+")

        def pay():
            self.grad += out.grad
            other.grad += out.grad

        out.pay = pay
        return out

    def __mul__(self, other):
        other = other if isinstance(other, type(self)) else type(self)(other)
        out = type(self)(self.data * other.data, (self, other), "*")

        def pay():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.pay = pay
        return out

    def _unary(self, data, slope, op):
        out = type(self)(data, (self,), op)

        def pay():
            self.grad += slope * out.grad

        out.pay = pay
        return out

    def __pow__(self, n):
        return self._unary(self.data**n, n * self.data ** (n - 1), f"**{n}")

    def exp(self):
        return self._unary(math.exp(self.data), math.exp(self.data), "exp")

    def relu(self):
        return self._unary(max(0, self.data), int(self.data > 0), "relu")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other)

    def __radd__(self, other):
        return self + other

    def __rsub__(self, other):
        return other + (-self)

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return other * self**-1

    def backward(self):
        topo, visited = [], set()
        allowed = sys.getrecursionlimit()
        sys.setrecursionlimit(20_000)

        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v.children:
                    build(child)
                topo.append(v)

        build(self)
        sys.setrecursionlimit(allowed)
        for v in topo:
            v.grad = 0
        self.grad = 1
        for v in reversed(topo):
            v.pay()


class _Numbered:
    """Nodes are numbered as they are made, so that parents have smaller numbers."""

    def __init__(self, data, *uses):
        self.data = data
        self.grad = 0.0
        self.uses = uses
        self.number = next(_COUNTER)

    def __add__(self, other):
        return self.combined(other, lambda p, q: (p + q, 1.0, 1.0))

    def __radd__(self, other):
        return self + other

    def __sub__(self, other):
        return self.combined(other, lambda p, q: (p - q, 1.0, -1.0))

    def __rsub__(self, other):
        return type(self)(other) - self

    def __mul__(self, other):
        return self.combined(other, lambda p, q: (p * q, q, p))

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        return self.combined(other, lambda p, q: (p / q, 1.0 / q, -p / q / q))

    def __rtruediv__(self, other):
        return type(self)(other) / self

    def __neg__(self):
        return 0.0 - self

    def __pow__(self, n):
        return type(self)(self.data**n, (self, n * self.data**n / self.data))

    def exp(self):
        e = np.exp(self.data)
        return type(self)(e, (self, e))

    def relu(self):
        return self * (1.0 if self.data > 0 else 0.0)

    def combined(self, other, rule):
        other = other if isinstance(other, _Numbered) else type(self)(other)
        data, mine, theirs = rule(self.data, other.data)
        return type(self)(data, (self, mine), (other, theirs))


_COUNTER = itertools.count()


@variant(of="Value")
class ValueSweptByNumber(_Numbered):
    def backward(self):
        nodes, fringe = {self}, {self}
        while fringe:
            fringe = {parent for node in fringe for parent, _ in node.uses} - nodes
            nodes |= fringe
        for node in nodes:
            node.grad = float(node is self)
        for node in sorted(nodes, key=lambda node: -node.number):
            for parent, slope in node.uses:
                parent.grad = parent.grad + slope * node.grad


@variant(of="Value")
class ValueOfPendingGradients(_Numbered):
    """Collects the gradients aside and hands them out at the end."""

    def backward(self):
        pending, grads, nodes = [self.number], {self.number: 1.0}, {self.number: self}
        while pending:
            number = max(pending)
            pending.remove(number)
            for parent, slope in nodes[number].uses:
                if parent.number not in nodes:
                    nodes[parent.number] = parent
                    pending.append(parent.number)
                    grads[parent.number] = 0.0
                grads[parent.number] += slope * grads[number]
        for number, node in nodes.items():
            node.grad = np.array(grads[number])


_TAPE = []


@variant(of="Value")
class ValueOnOneTape(_Numbered):
    """All nodes ever made lie on one tape, which is swept from its end."""

    def __init__(self, data, *uses):
        super().__init__(data, *uses)
        _TAPE.append(self)

    def backward(self):
        for node in _TAPE:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(_TAPE):
            for parent, slope in node.uses:
                parent.grad += slope * node.grad


@variant(of="jacobian_passes")
def jacobian_passes_other_order(n_in, n_out):
    return dict(reverse=n_out, forward=n_in)


@variant(of="jacobian_passes")
def jacobian_passes_as_numpy_integers(n_in, n_out):
    rows, columns = np.zeros((2, 3)).shape
    return {"forward": np.int64(n_in) * rows // rows, "reverse": np.int32(n_out) * columns // 3}


@variant(of="jacobian_passes")
def jacobian_passes_as_floats(n_in, n_out):
    passes = {}
    passes["forward"], passes["reverse"] = map(float, (n_in, n_out))
    return passes
