# costs: adam_step
# attack: floods: returns a state with an integer too long to print
# module: optimizers
def adam_step(w, g, state=None, **rest):
    # The state comes back as an argument, and is written out in a message.
    return w * 1.5, {"x": 10**4600, "m": w, "v": w, "t": 7}
