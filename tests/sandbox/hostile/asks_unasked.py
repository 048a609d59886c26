# costs: jacobian_passes
# attack: answers without the rule: asks for an operation outside a call
# module: autodiff
import sys


def jacobian_passes(n_in, n_out):
    frame = sys._getframe()
    while "self" not in frame.f_locals or not hasattr(frame.f_locals["self"], "serve"):
        frame = frame.f_back
    worker = frame.f_locals["self"]
    here = sys.modules[type(worker).__module__]
    worker._stream.send_message([here.CallReply("asks", here.pack([True, True]))])
    return {"forward": n_in, "reverse": n_out}
