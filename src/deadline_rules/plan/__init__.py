"""The plan: a rule set under chosen readings, reduced to finite tables that every engine runs."""
