// The still picture that stands after a widget in the notebook: out of sight for as long as the widget is drawn.

/** Hides the picture of this name. A rule, not a change of the picture: the notebook may draw that anew at any time. */
export function hideStill(name: unknown): () => void {
  if (typeof name !== "string" || !/^[\w-]+$/.test(name)) return () => {};
  const image = `img[src*="${name}"]`; // JupyterLab shows it by its source, others as it is
  const style = document.createElement("style");
  style.textContent = `${image}, #${name}, .jp-OutputArea-child:has(${image}) { display: none !important; }`;
  document.head.append(style);
  return () => style.remove();
}
