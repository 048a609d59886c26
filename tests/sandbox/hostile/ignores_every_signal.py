# costs: gelu_prime
# attack: limits: ignores and blocks all signals, and loops
import contextlib
import signal


def gelu_prime(z):
    for number in range(1, 65):
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        pass
