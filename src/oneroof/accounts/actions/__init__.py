"""The only writes of accounts: permission, lock, write, audit, publish."""
