"""The pages of accounts, a noun a file."""
