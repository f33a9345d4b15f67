"""``python -m bench [NAME …]``: run the named workloads, or all; one JSON line each on standard output.

Each result is also kept in ``bench/results/NAME.json``, with the machine and the versions it was measured on.
"""

import argparse
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    sys.path.insert(0, str(ROOT / "site"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    import django

    django.setup()
    from bench.results import keep
    from bench.workloads import WORKLOADS

    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {' '.join(WORKLOADS)}")
    names = parser.parse_args().names or list(WORKLOADS)
    unknown = [name for name in names if name not in WORKLOADS]
    if unknown:
        parser.error(f"no workload {' '.join(unknown)}; there are: {' '.join(WORKLOADS)}")
    met = True
    for name in names:
        result = WORKLOADS[name]()
        line = result.as_line(name)
        print(json.dumps(line, ensure_ascii=False), flush=True)
        keep(line)
        met = met and result.met is not False
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
