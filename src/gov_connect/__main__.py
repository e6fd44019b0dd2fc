"""`python -m gov_connect` is the `gov-connect` command."""

from gov_connect.cli import main

if __name__ == "__main__":
    main()
