# costs: gelu_prime
# attack: floods: raises an exception with ten million characters
_Giant = type("\x1b[2J::error::" + "E" * 10**6, (Exception,), {})


def gelu_prime(z):
    text = "\u202e##[error]" + "x" * 10**7
    raise _Giant(text)
