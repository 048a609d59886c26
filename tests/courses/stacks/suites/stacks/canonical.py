"""Right functions with every step named."""


class Stack:
    def __init__(self):
        self.items = []

    def push(self, x):
        self.items.append(x)
        return self

    def pop(self):
        top = self.items.pop()
        return top

    def size(self):
        count = len(self.items)
        return count


def make_stack(values):
    stack = Stack()
    for value in values:
        stack.push(value)
    return stack


def drop(stack, n):
    count = n
    for _ in range(count):
        stack.pop()


def parse(text):
    numbers = [float(word) for word in text.split()]
    return numbers


def total(numbers):
    result = sum(numbers)
    return result
