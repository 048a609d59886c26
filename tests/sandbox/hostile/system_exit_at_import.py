# costs: nothing
raise SystemExit(0)
