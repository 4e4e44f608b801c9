"""Laws are tried without a deadline: how fast a busy machine is says nothing about them."""

from hypothesis import settings

settings.register_profile("standing", deadline=None)
settings.load_profile("standing")
