"""Working days. No law of deadlines here: tables, holidays, decisions, and how certain a day is."""
