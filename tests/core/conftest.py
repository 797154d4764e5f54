"""How hypothesis runs: the machine may be busy, so no example has a deadline."""

from hypothesis import settings

settings.register_profile("calm", deadline=None, print_blob=True)
settings.load_profile("calm")
