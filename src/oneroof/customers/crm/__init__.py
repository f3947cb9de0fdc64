"""The CRM's records read, and what we know told in payloads that are documented in ``docs/crm.md``."""
