"""Reading the project's own files: strict YAML with lines, typed text, and where the rules are."""
