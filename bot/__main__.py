"""`python -m bot`: the same as the command `byline`.

Tested as a process in `tests/bot/cli/test_main.py`.
"""

from bot.cli.main import main

if __name__ == "__main__":
    main()
