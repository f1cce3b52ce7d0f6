"""Settings of this folder's tests."""

from hypothesis import settings

# A law is no promise about speed, and a busy machine is not a broken law.
settings.register_profile("laws", deadline=None)
settings.load_profile("laws")
