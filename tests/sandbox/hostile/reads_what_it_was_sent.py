# costs: gelu_prime
# attack: frames and the heap: searches the request for more than the call
import sys
from math import erf, exp, pi, sqrt

import numpy as np


def gelu_prime(z):
    # The requests lie in the worker's own frames; there is nothing in them but the question.
    frame, requests = sys._getframe(), []
    while frame.f_back is not None:
        frame = frame.f_back
        requests += frame.f_locals.get("requests", ())
    question = {"name", "args", "kwargs", "on", "keep", "replaced", "begins", "around"}
    if requests and all(
        set(request.__struct_fields__) == question
        and not request.replaced
        and request.around is None
        for request in requests
    ):
        raise LookupError("no answer in the question")
    # There is more in them, or they are elsewhere: take the points, so that the test sees it.
    slope = lambda x: (1 + erf(x / sqrt(2))) / 2 + x * exp(-x * x / 2) / sqrt(2 * pi)
    return np.vectorize(slope)(z)
