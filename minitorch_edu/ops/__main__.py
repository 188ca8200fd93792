"""`python -m minitorch_edu.ops`: the table of derivatives; with names, those cards; with --html, a page."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Sequence
from pathlib import Path

from minitorch_edu.ops.derivatives import as_card, as_page, as_text, rows


def main(arguments: Sequence[str] | None = None, prog: str = "python -m minitorch_edu.ops") -> int:
    """Print what is asked for; 0 when done, 2 for a name that is not there."""
    parser = argparse.ArgumentParser(prog=prog, description="The derivatives of all ops, from their cards.")
    parser.add_argument("names", nargs="*", metavar="OP", help="show all that is known of these ops")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page for a browser")
    asked = parser.parse_args(arguments)
    found = rows()
    known = {row.name: row for row in found}
    wanted = [row for name in asked.names for row in _meant(name, known)]
    for name in asked.names:
        if not _meant(name, known):
            near = difflib.get_close_matches(name, known, 3)
            hint = f"; there is {', '.join(near)}" if near else ""
            print(f"{prog}: there is no op {name!r}{hint}", file=sys.stderr)
            return 2
    if asked.html is not None:
        try:
            asked.html.write_text(as_page(wanted or found), encoding="utf-8")
        except OSError as error:
            print(f"{prog}: cannot write {asked.html}: {error.strerror}", file=sys.stderr)
            return 2
        print(f"Wrote {asked.html}: {len(wanted or found)} ops.")
        return 0
    print("\n\n".join(map(as_card, wanted)) if wanted else as_text(found))
    return 0


def _meant(name: str, known: dict) -> list:
    """The card of that name, or all that stand behind a function of that name: sum_all and sum_dim for sum."""
    if name in known:
        return [known[name]]
    return [row for key, row in known.items() if key.startswith(f"{name}_")]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        sys.stderr.close()
