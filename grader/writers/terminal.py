"""The result on a terminal: what a student wants to read."""

def show_result(payload, **kw):
    print(payload["score"], payload["max_score"])
