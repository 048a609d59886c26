"""The examples that students write: parsed, never executed, and checked for their form."""
