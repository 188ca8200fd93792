"""The docked inspector as a test sees it: named parts of the panel, and a few moves a student makes in it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.e2e.labdriver import Notebook

PATIENCE = 20_000  # ms


class Panel:
    """The inspector that is docked beside the notebook; a cell's output may hold another."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook
        self.page = notebook.page
        self.dock = notebook.page.locator("#minitorch-inspector-panel")
        self.root = self.dock.get_by_test_id("inspector")
        self.kernel = self.dock.get_by_test_id("kernel-status")

    def part(self, name: str) -> Locator:
        return self.root.get_by_test_id(name)

    def wait_for_cell(self, index: int) -> None:
        """Until the picture is the one after this cell ran."""
        count = self.notebook.js("return panel.content.widgets[argument].model.executionCount", index)
        expect(self.part("status")).to_contain_text(f"after cell [{count}]", timeout=PATIENCE)

    def type_and_run(self, source: str) -> int:
        index = self.notebook.type_and_run(source)
        self.wait_for_cell(index)
        return index

    # the graph

    def node(self, label: str) -> Locator:
        return self.root.locator(".mt-node").filter(has_text=re.compile(rf"\b{re.escape(label)}\b"))

    # the walk

    def begin(self, tensor: str) -> None:
        self.part("strip-root").select_option(label=tensor)
        self.part("strip-start").click()
        expect(self.part("sentence")).to_contain_text(f"Backward from {tensor}", timeout=PATIENCE)

    def position(self) -> tuple[int, int]:
        done, total = re.findall(r"\d+", self.part("strip-position").inner_text())
        return int(done), int(total)

    def wait_for_position(self, position: int) -> None:
        expect(self.part("strip-position")).to_have_text(re.compile(rf"^{position} of "), timeout=PATIENCE)

    def press(self, control: str, position: int) -> str:
        """Click one of the strip's buttons; the sentence once the walk is at `position`."""
        self.part(f"step-{control}").click()
        self.wait_for_position(position)
        return self.part("sentence").inner_text()

    # the storage

    def lane(self, tensor: str) -> Locator:
        more = self.root.get_by_role("button", name=re.compile(r"Show \d+ more"))
        if more.count():
            more.click()
        # a tensor of several names shows them all
        name = self.page.locator(".mt-tensor-name").filter(has_text=re.compile(rf"(^|[ ,]){re.escape(tensor)}($|[ ,])"))
        return self.root.locator(".mt-lane").filter(has=name)

    def cells(self, tensor: str) -> list[str]:
        """The numbers of the storage that this tensor looks at, in storage order."""
        return [text.split("✎")[0].strip() for text in self.lane(tensor).locator(".mt-cell").all_inner_texts()]

    # looks

    def cut_off(self) -> list[str]:
        """The parts that stick out of the panel to the right, where nobody can see them; what scrolls may."""
        return self.root.evaluate(
            """(root) => {
                const edge = root.getBoundingClientRect().right + 1;
                const scrolls = (e) => /auto|scroll|hidden/.test(getComputedStyle(e).overflowX);
                const held = (e) => e !== root && e.parentElement !== root
                    && (scrolls(e.parentElement) || held(e.parentElement));
                const out = [...root.querySelectorAll("*")].filter((e) =>
                    e.checkVisibility() && !held(e) && e.getBoundingClientRect().right > edge);
                return out.map((e) => `${e.tagName}.${e.getAttribute("class")} ${e.textContent.slice(0, 40)}`);
            }"""
        )

    # the keyboard

    def focused(self) -> str | None:
        """The test id of the part that has the focus, or of the nearest part around it."""
        return self.root.evaluate(
            """(root) => root.contains(document.activeElement)
                ? document.activeElement.closest("[data-testid]").dataset.testid : null"""
        )

    def tab_to(self, name: str, most: int = 60) -> None:
        """Press Tab until the focus is on the part of that name."""
        for _ in range(most):
            focused = self.focused()
            if focused is not None and focused.startswith(name):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{most} times Tab, and {name} never had the focus: it is on {self.focused()}")
