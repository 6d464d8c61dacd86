"""The rule file as data: its model, where packs are found, and the ledger that accounts for every provision."""
