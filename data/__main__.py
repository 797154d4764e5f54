"""The commands: ``python -m data import FILE...``, ``export KIND ...``, ``truth``."""

import os
import sys
from collections.abc import Sequence

from core.domain.errors import TapescopeError
from data.commands import exporting, importing, truth
from data.commands.parser import OneSentence

COMMANDS = (importing, exporting, truth)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 = done, 2 = it could not be, with the reason on standard error."""
    parser = OneSentence(prog="python -m data", description="Tapescope's commands.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for each in COMMANDS:
        each.add_to(commands)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except TapescopeError as error:
        sys.stderr.write(f"{error.ui_message}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("stopped; what was stored before is kept\n")
        return 130
    except BrokenPipeError:  # whoever read our output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(main())
