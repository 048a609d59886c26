"""The right function with each step named."""


def spread(values):
    largest = max(values)
    smallest = min(values)
    return float(largest - smallest)
