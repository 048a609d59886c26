"""Seeds: what the inputs of the checks are drawn from, and for whom.

An instructor's secret gives each student a seed of their own, and that seed gives each
check its inputs. The two steps together are an HMAC-SHA256 over secret, student and
check; a student's seed alone repeats what that student was asked, and nothing else.
"""

from __future__ import annotations

import hashlib
import hmac

PUBLIC = "public"


def derive_student_seed(secret: str, submission_id: str) -> str:
    """Return the seed of one student, as ``grade submit --seed`` takes it.

    It has 64 hexadecimal digits, from which the secret cannot be found.
    """
    return _hmac(secret, submission_id).hex()


def derive_check_seed(seed: str, check_id: str) -> int:
    """Return the 32 bits that one check's inputs are drawn from, by a seed or ``public``."""
    # No name before the NUL: whose seed it is was settled when it was derived.
    return int.from_bytes(_hmac(seed, f"\0{check_id}")[:4], "big")


def seed_id(seed: str) -> str:
    """Return how a report names a seed: ``public``, or a digest of it."""
    return PUBLIC if seed == PUBLIC else hashlib.sha256(seed.encode()).hexdigest()[:12]


def _hmac(key: str, message: str) -> bytes:
    return hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()
