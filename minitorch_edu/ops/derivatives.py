"""Derivatives: the table of all op cards, as text for a terminal and as a page for a browser. The cards say it all."""

from __future__ import annotations

import html
import inspect
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from minitorch_edu.ops import registry
from minitorch_edu.ops.op import Card


class Row(NamedTuple):
    """One op, as the table shows it.

    formula  what it computes, in LaTeX; "" where its card has words only
    domain   where its derivative holds, in words with LaTeX between $
    saved    what its node keeps for the backward pass
    example  what may be typed, and what is answered
    """

    name: str
    family: str
    summary: str
    formula: str
    node: str
    rules: tuple[tuple[str, str, str], ...]
    saved: tuple[str, ...]
    domain: str
    example: str


def rows() -> list[Row]:
    """Every op that came with the engine, family by family."""
    registry.import_every_family()
    found = [_row(card) for card in registry.cards.values() if card.is_ours]
    return sorted(found, key=lambda row: (row.family, row.name))


def _row(card: Card) -> Row:
    summary, _, rest = card.doc.partition("\n\n")
    words, formula = _divided(" ".join(summary.split()))
    module = inspect.getmodule(card.declaration)
    family = ((module.__doc__ if module else "") or "Others").split(":")[0].strip(". \n")
    saved = (*card.saved_tensors, *card.saved_values)
    example = "\n".join(line for line in rest.split("\n") if line.strip()) if ">>>" in rest else ""
    return Row(card.name, family, words, formula, card.node_name, card.rules, saved, card.domain, example)


def _divided(text: str) -> tuple[str, str]:
    """A sentence without its formula, and the formula: 'Elementwise product: $z = x y$.'"""
    parts = re.fullmatch(r"([^$]*?):? *\$([^$]+)\$\.?", text)
    return (parts[1].rstrip(" .") + ".", parts[2]) if parts else (text, "")


# --- for a terminal -------------------------------------------------------------------------------------------------


def as_text(found: Iterable[Row]) -> str:
    """A line for each derivative: the op, the formula as code, and what is saved for it."""
    lines = []
    family = ""
    for row in found:
        if row.family != family:
            family = row.family
            lines += ["", family, "-" * len(family)]
        for number, (name, _, code) in enumerate(row.rules or (("", "", "no derivative"),)):
            saved = ", ".join(row.saved) if not number else ""
            left = row.name if not number else ""
            wanted = f"d {name} = {code}" if name else code
            lines.append(f"{left:28} {wanted:70} {'saves ' + saved if saved else ''}".rstrip())
    return "\n".join(lines[1:])


def as_card(row: Row) -> str:
    """All that is known of one op."""
    lines = [f"{row.name}   {row.node or 'not differentiable'}", "", row.summary]
    lines += [f"    {row.formula}"] if row.formula else []
    for name, latex, code in row.rules:
        lines += ["", f"gradient of {name}", f"    {code}", f"    {latex}"]
    lines += ["", f"saved: {', '.join(row.saved) or 'nothing'}"] if row.node else []
    lines += [f"holds: {row.domain}"] if row.domain else []
    return "\n".join([*lines, "", row.example] if row.example else lines)


# --- for a browser --------------------------------------------------------------------------------------------------


def as_page(found: Sequence[Row]) -> str:
    """One page of HTML that needs nothing else: every op, its formulas as mathematics, and a box to search in."""
    families: dict[str, list[Row]] = {}
    for row in found:
        families.setdefault(row.family, []).append(row)
    links = " ".join(f'<a href="#{_anchor(each)}">{html.escape(each)}</a>' for each in families)
    sections = "".join(
        f'<section id="{_anchor(family)}"><h2>{html.escape(family)}</h2>{"".join(map(_article, members))}</section>'
        for family, members in families.items()
    )
    counted = f"{len(found)} ops, {sum(bool(row.rules) for row in found)} of them with derivatives"
    return (
        PAGE.replace("{counted}", counted)
        .replace("{bar}", _mathematics(r"\bar z"))
        .replace("{links}", links)
        .replace("{sections}", sections)
    )


def _article(row: Row) -> str:
    rules = "".join(
        f"<tr><th>{name}</th><td>{_mathematics(latex)}</td><td><code>{html.escape(code)}</code></td></tr>"
        for name, latex, code in row.rules
    )
    facts = [f"saves <code>{html.escape(', '.join(row.saved) or 'nothing')}</code>"] if row.node else []
    facts += [f"holds {_with_mathematics(row.domain)}"] if row.domain else []
    return (
        f'<article id="{row.name}"><h3>{row.name}<small>{row.node or "not differentiable"}</small></h3>'
        f"<p>{_with_mathematics(row.summary)} {_mathematics(row.formula) if row.formula else ''}</p>"
        + (f"<table>{rules}</table>" if rules else "")
        + (f'<p class="facts">{"; ".join(facts)}</p>' if facts else "")
        + (f"<pre>{html.escape(row.example)}</pre>" if row.example else "")
        + "</article>"
    )


def _anchor(family: str) -> str:
    return "family-" + re.sub(r"\W+", "-", family.lower())


def _with_mathematics(text: str) -> str:
    parts = text.split("$")
    return "".join(_mathematics(part) if place % 2 else _prose(part) for place, part in enumerate(parts))


def _prose(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def _mathematics(latex: str) -> str:
    """A rule may put words between formulas: `g$ for $x > 0`."""
    from latex2mathml.converter import convert

    parts = latex.split("$")
    return "".join(
        html.escape(part) if place % 2 else convert(part) for place, part in enumerate(parts) if part
    )


PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Derivatives</title>
<style>
:root { color-scheme: light dark; --ink: #1c2330; --paper: #fff; --faint: #5b6475; --line: #dfe3ea; --box: #f5f6f9;
  --link: #1d5fbf; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ef; --paper: #14171c; --faint: #9aa4b5; --line: #2c323c; --box: #1d2128; --link: #7db2ff; }
}
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--link); }
nav { columns: 14rem; margin: 1rem 0; }
nav a { display: block; }
input { width: 100%; box-sizing: border-box; padding: .6rem; font: inherit; color: inherit; background: var(--box);
  border: 1px solid var(--line); border-radius: 6px; position: sticky; top: .5rem; }
article { border-top: 1px solid var(--line); padding: .6rem 0; }
h3 { margin: 0; font-family: ui-monospace, monospace; }
h3 small { margin-left: 1rem; color: var(--faint); font-weight: normal; }
p { margin: .4rem 0; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25rem 1rem .25rem 0; vertical-align: baseline; overflow-wrap: anywhere; }
th { font-family: ui-monospace, monospace; font-weight: normal; color: var(--faint); width: 6rem; }
td:nth-child(2) { width: 45%; }
@media (max-width: 40rem) { th, td, td:nth-child(2) { display: block; width: auto; padding: .1rem 0; } }
.facts { color: var(--faint); }
code, pre { font: .9em ui-monospace, monospace; }
pre { background: var(--box); padding: .6rem; overflow-x: auto; border-radius: 6px; margin: .4rem 0; }
[hidden] { display: none; }
</style>
</head>
<body>
<h1>Derivatives</h1>
<p>{counted}. Each is one card: what it computes, and its derivative in every input. Backward, the engine runs the code
in the last column; <code>grad</code> is the derivative of the loss in the result, in formulas a bar: {bar}. What
PyTorch calls <code>self</code> is <code>input</code> here.</p>
<input type="search" placeholder="Search: log, grad * other, saves result ..." aria-label="Search the ops" autofocus>
<p class="facts" role="status" id="shown"></p>
<nav aria-label="Families">{links}</nav>
{sections}
<script>
const box = document.querySelector("input");
const articles = [...document.querySelectorAll("article")].map((node) => [node, node.textContent.toLowerCase()]);
box.addEventListener("input", () => {
  const wanted = box.value.toLowerCase().trim();
  let count = 0;
  for (const [node, text] of articles) {
    node.hidden = !text.includes(wanted);
    count += !node.hidden;
  }
  for (const part of document.querySelectorAll("section")) {
    part.hidden = !part.querySelector("article:not([hidden])");
  }
  document.querySelector("nav").hidden = wanted !== "";
  document.querySelector("#shown").textContent = wanted ? `${count} ops` : "";
});
</script>
</body>
</html>
"""
