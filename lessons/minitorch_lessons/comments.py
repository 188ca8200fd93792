"""Comments: what a cell of code says to its reader, replaced by the words of another language. What it does stays."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable


def in_cells(sources: Iterable[str]) -> list[str]:
    """The comments and the docstrings of a line in some cells, each once."""
    return list(dict.fromkeys(text for code in sources for *_, text in _found(code) if " " in text))


def replaced(code: str, table: dict[str, str]) -> str:
    """The cell with each comment and docstring that the table knows."""
    lines = code.splitlines()
    for row, start, end, text in sorted(_found(code), reverse=True):
        if table.get(text):
            lines[row] = lines[row][:start] + table[text] + lines[row][end:]
    return "\n".join(lines)


def _found(code: str) -> list[tuple[int, int, int, str]]:
    """Row, first column, last column and text of each: of the text alone, without its sign or its quotes."""
    plain = "\n".join("#" + line[1:] if line.startswith(("%", "!")) else line for line in code.splitlines())
    magic = {row for row, line in enumerate(code.splitlines()) if line.startswith(("%", "!"))}
    found = []
    for token in _tokens(plain):
        row, column = token.start[0] - 1, token.start[1]
        text = token.string[2:]
        if token.type == tokenize.COMMENT and token.string.startswith("# ") and row not in magic:
            found.append((row, column + 2, column + 2 + len(text), text))
        elif token.type == tokenize.STRING and token.string.startswith('"""') and "\n" not in token.string:
            if token.line.strip() == token.string:  # it stands alone: a docstring
                text = str(ast.literal_eval(token.string))
                if token.string == f'"""{text}"""':
                    found.append((row, column + 3, column + 3 + len(text), text))
    return found


def _tokens(code: str) -> list[tokenize.TokenInfo]:
    try:
        return list(tokenize.generate_tokens(io.StringIO(code + "\n").readline))
    except (tokenize.TokenError, SyntaxError):  # a cell of %%bash, say
        return []
