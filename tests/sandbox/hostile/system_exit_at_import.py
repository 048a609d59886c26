# costs: module
raise SystemExit(0)
