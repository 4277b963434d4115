"""Demo data: two sites at work for a year. The same on every machine, for the same day and sizes."""

from crm.services.demo.load import PASSWORD, Account, accounts, load

__all__ = ["PASSWORD", "Account", "accounts", "load"]
