"""The only writes of notify."""

from oneroof.notify.actions.telling import tell, withdraw

__all__ = ["tell", "withdraw"]
