"""Reports in other systems' formats, one file a format."""
