"""Ways in and out: tables of tasks, results as text, pages about a regulation."""
