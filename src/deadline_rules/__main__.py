"""`python -m deadline_rules` is the command `deadline-rules`."""

from .cli.main import main

if __name__ == "__main__":
    main()
