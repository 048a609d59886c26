# costs: gelu_prime
# attack: floods: prints and raises HTML, Markdown and spreadsheet formulas
def gelu_prime(z):
    print("</code></details><script>alert(1)</script> | [x](javascript:1) ``` =1+cmd|' /C calc'!A0")
    text = "<img src=x onerror=alert(1)>\u2066\u2069\u200b\r\n::set-output name=score::100"
    raise ValueError(text)
