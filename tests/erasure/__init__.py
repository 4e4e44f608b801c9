"""A person is erased: the name, e-mail and telephone of one contact are looked for in everything that an installation writes, before
and after, and in what an older backup brings back; all that is not about that person stays as it was.

``python -m tests.erasure`` does it on the demo's year; the suite on some days of it (``tests/journeys/test_erasure.py``).
"""
