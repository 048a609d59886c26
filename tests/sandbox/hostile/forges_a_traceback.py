# costs: gelu_prime
# attack: exceptions: raises an exception with a traceback of 20,000 forged lines
import types


def gelu_prime(z):
    try:
        raise ValueError("long")
    except ValueError as error:
        first = error.__traceback__
        chain = None
        for line in range(20_000):
            chain = types.TracebackType(chain, first.tb_frame, 0, 2**31 - 1 - line)
        raise error.with_traceback(chain)
