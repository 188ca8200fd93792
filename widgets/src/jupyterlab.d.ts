// The few words of JupyterLab's that the extension uses. Its packages come from the page and are not installed here.

declare module "@lumino/widgets" {
  export class Widget {
    constructor(options?: { node?: HTMLElement });
    readonly node: HTMLElement;
    readonly isAttached: boolean;
    readonly isVisible: boolean;
    readonly isDisposed: boolean;
    readonly disposed: import("@lumino/signaling").Signal<unknown>;
    readonly title: { label: string; caption: string; closable: boolean; icon: unknown };
    id: string;
    addClass(name: string): void;
    dispose(): void;
  }
}

declare module "@lumino/signaling" {
  export interface Signal<T> {
    connect(slot: (sender: unknown, given: T) => void): void;
    disconnect(slot: (sender: unknown, given: T) => void): void;
  }
}

declare module "@jupyterlab/application" {
  import type { Widget } from "@lumino/widgets";
  export interface JupyterFrontEnd {
    commands: {
      addCommand(id: string, options: Record<string, unknown>): unknown;
      addKeyBinding(options: { command: string; keys: string[]; selector: string }): unknown;
      execute(id: string, args?: unknown): Promise<unknown>;
    };
    shell: {
      add(widget: Widget, area: string, options?: Record<string, unknown>): void;
      activateById(id: string): void;
    };
  }
  export interface JupyterFrontEndPlugin {
    id: string;
    description?: string;
    autoStart: boolean;
    requires?: unknown[];
    optional?: unknown[];
    activate(app: JupyterFrontEnd, ...services: never[]): void;
  }
  export interface LayoutRestorer {
    restore(tracker: unknown, options: { command: string; name: () => string }): Promise<unknown>;
  }
  export const ILayoutRestorer: unknown;
}

declare module "@jupyterlab/apputils" {
  import type { Widget } from "@lumino/widgets";
  export interface CommandPalette {
    addItem(options: { command: string; category: string }): unknown;
  }
  export const ICommandPalette: unknown;
  export class WidgetTracker {
    constructor(options: { namespace: string });
    add(widget: Widget): Promise<void>;
    has(widget: Widget): boolean;
  }
}

declare module "@jupyterlab/launcher" {
  export interface Launcher {
    add(options: { command: string; category: string; rank?: number }): unknown;
  }
  export const ILauncher: unknown;
}

declare module "@jupyterlab/ui-components" {
  export class LabIcon {
    constructor(options: { name: string; svgstr: string });
  }
}

declare module "@jupyterlab/notebook" {
  import type { Signal } from "@lumino/signaling";
  import type { Widget } from "@lumino/widgets";
  export interface Comm {
    readonly commId: string;
    readonly isDisposed: boolean;
    onMsg: (message: { content: { data: unknown } }) => void;
    onClose: (message: unknown) => void;
    send(data: unknown): unknown;
  }
  export interface Kernel {
    registerCommTarget(
      name: string,
      callback: (comm: Comm, message: { content: { data: unknown } }) => void,
    ): void;
    requestCommInfo(content: {
      target_name: string;
    }): Promise<{ content: { status: string; comms?: Record<string, unknown> } }>;
    createComm(name: string, id?: string): Comm;
  }
  export interface SessionContext {
    readonly session: { readonly kernel: Kernel | null } | null;
    readonly ready: Promise<void>;
    readonly kernelChanged: Signal<{ newValue: Kernel | null }>;
    readonly statusChanged: Signal<string>;
  }
  export interface NotebookPanel extends Widget {
    readonly sessionContext: SessionContext;
  }
  export interface NotebookTracker {
    readonly currentWidget: NotebookPanel | null;
    readonly currentChanged: Signal<NotebookPanel | null>;
    readonly widgetAdded: Signal<NotebookPanel>;
    forEach(visit: (panel: NotebookPanel) => void): void;
  }
  export const INotebookTracker: unknown;
}
