"""The secret of a term, from which each submission gets its own inputs."""

from __future__ import annotations

from pathlib import Path

from grader.errors import GraderError

_SHORTEST = 16


def read_secret(path: Path) -> str:
    """Return the text of a file without blanks around it.

    Raises
    ------
    GraderError
        If it cannot be read, or is too short.
    """
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise GraderError(f"the secret {path} cannot be read: {error}") from error
    if len(secret) < _SHORTEST:
        raise GraderError(
            f"the secret in {path} is too short; it needs {_SHORTEST} characters or more, "
            "for example the output of `openssl rand -hex 32`"
        )
    return secret
