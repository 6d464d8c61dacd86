"""One self-contained HTML page: regulations side by side, the year of their report days, the smallest tasks on which they differ."""
