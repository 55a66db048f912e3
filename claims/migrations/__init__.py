"""How the tables of an older ledger become those of today."""
