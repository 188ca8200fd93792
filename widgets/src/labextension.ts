// The JupyterLab plugin: one docked inspector that follows the current notebook. The kernel's comm makes it appear.
import { ILayoutRestorer, type JupyterFrontEnd, type LayoutRestorer } from "@jupyterlab/application";
import { type CommandPalette, ICommandPalette, WidgetTracker } from "@jupyterlab/apputils";
import { ILauncher, type Launcher } from "@jupyterlab/launcher";
import { INotebookTracker, type NotebookPanel, type NotebookTracker } from "@jupyterlab/notebook";
import { LabIcon } from "@jupyterlab/ui-components";
import { Widget } from "@lumino/widgets";
import { h, text } from "./dom";
import { mount } from "./inspector";
import { ABSENT, Link } from "./link";

const COMMAND = "minitorch-inspector:open";
const PANEL = "minitorch-inspector-panel";
const TITLE = "Tensor inspector";

const icon = new LabIcon({
  name: "minitorch-inspector:graph",
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">' +
    '<g class="jp-icon3" fill="#616161"><circle cx="4" cy="3" r="2"/><circle cx="12" cy="3" r="2"/>' +
    '<rect x="6" y="11" width="4" height="4"/>' +
    '<path d="M4 5l3.5 6h1L5 4.5zM12 5l-3.5 6h-1L11 4.5z"/></g></svg>',
});

/** What the panel shows: the current notebook's inspector, under a line about its kernel. */
class Panel extends Widget {
  private readonly banner = h("p", { class: "mt-banner", role: "status", "data-testid": "kernel-status" });
  private readonly place = h("div", { class: "mt-place" });
  private unmount: (() => void) | null = null;
  private shown: { link: Link; generation: number } | null = null;

  constructor() {
    super({ node: h("div", { class: "mt-panel" }) });
    this.id = PANEL;
    this.title.label = TITLE;
    this.title.caption = "Graph, storage and backward steps of the current notebook";
    this.title.closable = true;
    this.title.icon = icon;
    this.node.append(this.banner, this.place);
    this.disposed.connect(() => this.clear());
  }

  follow(link: Link | null): void {
    const status = link ? link.status : "Open a notebook: this panel shows its tensors.";
    text(this.banner, status);
    this.banner.hidden = status === "";
    if (link === null || link.generation === 0) {
      this.clear();
      return;
    }
    // a kernel that restarts leaves its last picture up until a new one comes
    if (this.shown?.link === link && this.shown.generation === link.generation) return;
    this.clear();
    this.shown = { link, generation: link.generation };
    this.unmount = mount(this.place, link.channel());
  }

  private clear(): void {
    this.unmount?.();
    this.unmount = null;
    this.shown = null;
  }
}

/** Keeps a link for each notebook, and the one panel. */
class Dock {
  private panel: Panel | null = null;
  private readonly links = new Map<NotebookPanel, Link>();
  private readonly tracker = new WidgetTracker({ namespace: "minitorch-inspector" });

  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly notebooks: NotebookTracker,
    restorer: LayoutRestorer | null,
  ) {
    notebooks.forEach((notebook) => {
      this.follow(notebook);
    });
    notebooks.widgetAdded.connect((_, notebook) => this.follow(notebook));
    notebooks.currentChanged.connect(() => this.refresh());
    void restorer?.restore(this.tracker, { command: COMMAND, name: () => PANEL });
  }

  private follow(notebook: NotebookPanel): void {
    if (this.links.has(notebook)) return;
    const link = new Link(
      notebook,
      () => this.refresh(),
      (opened) => this.open(opened.notebook, false),
    );
    this.links.set(notebook, link);
    notebook.disposed.connect(() => {
      this.links.delete(notebook);
      this.refresh();
    });
  }

  private refresh(): void {
    if (!this.panel || this.panel.isDisposed) return;
    const current = this.notebooks.currentWidget;
    this.panel.follow(current ? (this.links.get(current) ?? null) : null);
  }

  /** Beside the notebook and half as wide as both; the focus stays with whoever has it, unless it is asked for. */
  open(beside: NotebookPanel | null, activate: boolean): Widget {
    if (!this.panel || this.panel.isDisposed) this.panel = new Panel();
    const panel = this.panel;
    if (!panel.isAttached) {
      const place = beside?.isAttached ? { mode: "split-right", ref: beside.id } : { mode: "split-right" };
      this.app.shell.add(panel, "main", { ...place, activate });
      // Notebook 7 has room for the notebook alone there, and a sidebar that opens by hand or by the command
      if (!panel.isAttached) this.app.shell.add(panel, "right");
      if (activate) this.app.shell.activateById(panel.id);
      if (!this.tracker.has(panel)) void this.tracker.add(panel);
    } else if (activate || !panel.isVisible) {
      this.app.shell.activateById(panel.id);
    }
    this.refresh();
    return panel;
  }
}

export default {
  id: "minitorch-inspector:plugin",
  description: "The tensor inspector, docked beside the notebook.",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, ILauncher, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    notebooks: NotebookTracker,
    palette: CommandPalette | null,
    launcher: Launcher | null,
    restorer: LayoutRestorer | null,
  ) => {
    app.commands.addCommand(COMMAND, {
      label: TITLE,
      caption: `Open the tensor inspector. ${ABSENT}`,
      icon,
      execute: () => dock.open(notebooks.currentWidget, true),
    });
    app.commands.addKeyBinding({ command: COMMAND, keys: ["Alt Shift T"], selector: "body" });
    const dock = new Dock(app, notebooks, restorer);
    palette?.addItem({ command: COMMAND, category: "minitorch" });
    launcher?.add({ command: COMMAND, category: "Other", rank: 1 });
  },
};
