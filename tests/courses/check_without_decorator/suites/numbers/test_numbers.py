def test_values(student):
    """Right for three values."""
