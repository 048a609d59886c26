"""Dual numbers and graphs of values with every step named, to be replaced by wrong ones."""

import math


def _change(thing, **attributes):
    vars(thing).update(attributes)
    return thing


def _sort(output, operands=2):
    """Return all nodes, each before the nodes that it was computed from."""
    order, seen, waiting = [], set(), [(output, False)]
    while waiting:
        node, done = waiting.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            waiting.append((node, True))
            waiting += [(parent, False) for parent, _ in node.parents[:operands]]
    return order[::-1]


def _sort_by_recursion(output):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for parent, _ in node.parents:
                visit(parent)
            order.append(node)

    visit(output)
    return order[::-1]


def _go_depth_first(output):
    order = {}

    def visit(node):
        if node not in order:
            order[node] = True
            for parent, _ in node.parents:
                visit(parent)

    visit(output)
    return list(order)


def _go_every_way(node):
    yield node
    for parent, _ in node.parents:
        yield from _go_every_way(parent)


class Dual:
    def __init__(self, a, b=None):
        default = 0.0
        self.a = a
        self.b = default if b is None else b

    def constant(self, number):
        b = 0.0
        return Dual(number, b)

    def lift(self, other):
        return other if isinstance(other, Dual) else self.constant(other)

    def __add__(self, other):
        other = self.lift(other)
        b = self.b + other.b
        return Dual(self.a + other.a, b)

    def __radd__(self, other):
        return self + other

    def __neg__(self):
        b = -self.b
        return Dual(-self.a, b)

    def __sub__(self, other):
        other = self.lift(other)
        b = self.b - other.b
        return Dual(self.a - other.a, b)

    def __rsub__(self, other):
        return self.constant(other) - self

    def __mul__(self, other):
        other = self.lift(other)
        b = self.b * other.a + self.a * other.b
        return Dual(self.a * other.a, b)

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        other = self.lift(other)
        numerator = self.b * other.a - self.a * other.b
        denominator = other.a**2
        b = numerator / denominator
        return Dual(self.a / other.a, b)

    def __rtruediv__(self, other):
        return self.constant(other) / self

    def __pow__(self, n):
        factor = n
        exponent = n - 1
        inner = self.b
        b = factor * self.a**exponent * inner
        return Dual(self.a**n, b)

    def exp(self):
        e = math.exp(self.a)
        slope = e
        inner = self.b
        return Dual(e, slope * inner)

    def sigmoid(self):
        exponent = -self.a
        s = 1 / (1 + math.exp(exponent))
        slope = s * (1 - s)
        inner = self.b
        return Dual(s, slope * inner)


def forward_derivative(f, x):
    seed = 1.0
    y = f(Dual(x, seed))
    result = y.b if isinstance(y, Dual) else 0.0
    return result


class Value:
    def __init__(self, data):
        self.data = data
        self.grad = 0.0
        self.parents = ()
        # What an operation makes of the gradient that arrives, and what it leaves of a parent's.
        self.receive = self.keep = lambda grad: grad

    def lift(self, other):
        return other if isinstance(other, Value) else Value(other)

    def node(self, data, *parents):
        known = parents
        return _change(Value(data), parents=known)

    def __add__(self, other):
        other = self.lift(other)
        to_self = 1.0
        to_other = 1.0
        made = self.node(self.data + other.data, (self, to_self), (other, to_other))
        return made

    def __radd__(self, other):
        return self + other

    def __neg__(self):
        to_self = -1.0
        made = self.node(-self.data, (self, to_self))
        return made

    def __sub__(self, other):
        other = self.lift(other)
        to_self = 1.0
        to_other = -1.0
        made = self.node(self.data - other.data, (self, to_self), (other, to_other))
        return made

    def __rsub__(self, other):
        return Value(other) - self

    def __mul__(self, other):
        other = self.lift(other)
        to_self = other.data
        to_other = self.data
        made = self.node(self.data * other.data, (self, to_self), (other, to_other))
        return made

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        other = self.lift(other)
        to_self = 1 / other.data
        to_other = -self.data / other.data**2
        made = self.node(self.data / other.data, (self, to_self), (other, to_other))
        return made

    def __rtruediv__(self, other):
        return Value(other) / self

    def __pow__(self, n):
        factor = n
        exponent = n - 1
        made = self.node(self.data**n, (self, factor * self.data**exponent))
        return made

    def exp(self):
        e = math.exp(self.data)
        slope = e
        made = self.node(e, (self, slope))
        return made

    def relu(self):
        slope = float(self.data > 0)
        made = self.node(max(self.data, 0.0), (self, slope))
        return made

    def backward(self):
        order = _sort(self)
        for node in order:
            start = 0.0
            node.grad = start
        seed = 1.0
        self.grad = seed
        sweep = order
        for node in sweep:
            arrived = node.receive(node.grad)
            for parent, slope in node.parents:
                kept = node.keep(parent.grad)
                parent.grad = kept + slope * arrived


def jacobian_passes(n_in, n_out):
    forward = n_in
    reverse = n_out
    return {"forward": forward, "reverse": reverse}
