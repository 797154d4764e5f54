"""`make bench`: every figure, one a line (`name value unit`), and all of them as JSON.

`python -m tests.bench calc venues` runs only those; a figure beside its rival is measured in the
same run, since absolute times differ from machine to machine.
"""

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path

from tests.support import chromium

HERE = Path(__file__).parent
NAMES = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def main() -> int:
    """Run the benchmarks named on the command line, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--json", type=Path, default=Path("bench-results.json"))
    options = parser.parse_args()
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(NAMES)}")
    if chromium.executable() is None:
        print(f"{chromium.INSTALL}; without it nothing is measured in a browser", file=sys.stderr)
    figures = []
    for name in options.names or NAMES:
        for figure in import_module(f"tests.bench.bench_{name}").figures():
            print(f"{figure.name} {figure.value:.6g} {figure.unit}", flush=True)
            figures.append({"name": figure.name, "value": figure.value, "unit": figure.unit})
    options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
