"""The command `deadline-rules`: one module a command. Results go to standard output, everything else to standard error."""
