"""A notebook as one page of HTML, in light and in dark: it asks the network for nothing and needs no script."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

WIDGET = "application/vnd.jupyter.widget-view+json"

# Long lines of code are broken and pictures shrink, so that nothing has to be scrolled sideways; lines of prose stay
# short enough to be read.
STYLE = """
body.jp-Notebook { padding: 16px; }
main { max-width: 60rem; margin: 0 auto; }
.jp-RenderedHTMLCommon > :not(table, pre, h1, h2, h3, h4) { max-width: 46rem; }
.jp-RenderedHTMLCommon table { display: block; overflow-x: auto; margin-left: 0; text-align: left; }
.jp-RenderedHTMLCommon :is(tr, th, td) { text-align: left; }
.highlight pre, .jp-OutputArea-output pre {
  white-space: pre-wrap !important; overflow-wrap: anywhere; word-break: normal;
}
.jp-OutputArea-output :is(svg, img) { max-width: 100%; height: auto; }
.jp-InputPrompt, .jp-OutputPrompt { opacity: 1; color: var(--jp-content-font-color2); }
@media (max-width: 760px) {
  body.jp-Notebook { padding: 4px; }
  .jp-InputPrompt, .jp-OutputPrompt { text-align: left; }
}
@media (prefers-color-scheme: dark) { body.jp-Notebook { color-scheme: dark; } }
"""


def as_html(notebook: NotebookNode, language: str = "en") -> str:
    """The page of a notebook as it stands: run it first to have its outputs in the page."""
    from nbconvert import HTMLExporter

    notebook = copy.deepcopy(notebook)
    notebook.metadata.pop("widgets", None)  # with it, the page would fetch a script that draws widgets
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _with_mathml(cell.source)
        outputs = cell.get("outputs", [])
        if len(outputs) > 1:  # the still picture stands beside the widget
            cell.outputs = [output for output in outputs if WIDGET not in output.get("data", {})]
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
    exporter = HTMLExporter(template_name="lab")
    exporter.mathjax_url = ""
    exporter.require_js_url = ""
    exporter.mermaid_js_url = ""
    exporter.language_code = language
    html, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": _title(notebook)}})
    html = re.sub(
        r'<script src=""></script>|<script type="module">.*?mermaid.*?</script>', "", html, flags=re.DOTALL
    )
    return html.replace("</head>", f"<style>{_dark()}{STYLE}</style>\n</head>", 1)


def _dark() -> str:
    """JupyterLab's dark colours, for readers whose system asks for dark."""
    from nbconvert.exporters.templateexporter import TemplateExporter

    for folder in TemplateExporter(template_name="lab").template_paths:
        file = Path(folder) / "static" / "theme-dark.css"
        if file.is_file():
            return "@media (prefers-color-scheme: dark) {\n" + file.read_text(encoding="utf-8") + "\n}\n"
    return ""


_MATHEMATICS = re.compile(
    r"(?P<code>```.*?```|`[^`\n]+`)|\$\$(?P<block>.+?)\$\$|\$(?P<inline>[^\s$](?:[^$\n]*[^\s$])?)\$",
    re.DOTALL,
)


def _with_mathml(text: str) -> str:
    """Markdown with its formulas as MathML, which browsers set by themselves; what stands in code is left alone."""
    from latex2mathml.converter import convert

    def set_(found: re.Match[str]) -> str:
        if found["code"]:
            return found["code"]
        if found["block"]:
            return convert(found["block"].strip(), display="block")
        return convert(found["inline"])

    return _MATHEMATICS.sub(set_, text)


def _title(notebook: NotebookNode) -> str:
    first = notebook.cells[0].source.splitlines()[0]
    return first.lstrip("# ").strip()
