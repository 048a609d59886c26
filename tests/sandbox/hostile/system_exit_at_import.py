# costs: nothing
# attack: exceptions: raises SystemExit at import
raise SystemExit(0)
