// Bundles src/ into what the wheel ships: the anywidget module with its style sheet, and the JupyterLab extension.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, context } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const at = (...parts) => join(here, ...parts);
const manifest = JSON.parse(await readFile(at("package.json"), "utf8"));
const extension = "minitorch-inspector";

const common = {
  bundle: true,
  minify: true,
  charset: "utf8", // without it esbuild escapes every non-ASCII character and the bundle grows
  target: "es2022",
  loader: { ".css": "text" },
  legalComments: "none",
  logLevel: "warning",
};

const widget = {
  ...common,
  entryPoints: [at("src/widget.ts")],
  format: "esm",
  outfile: at("minitorch_widgets/static/widget.js"),
};

// a script of its own, for the files that save() writes: they are opened from a disk, where modules can't be
const replay = {
  ...common,
  entryPoints: [at("src/replay.ts")],
  format: "iife",
  outfile: at("minitorch_widgets/static/replay.js"),
};

const styles = {
  ...common,
  entryPoints: [at("src/inspector.css")],
  loader: {},
  outfile: at("minitorch_widgets/static/widget.css"),
};

// Note [Federation by hand]
// JupyterLab loads a prebuilt extension as a module-federation container: a script that leaves
// `{init(scope), get(name)}` under window._JUPYTERLAB[extension]. Webpack usually writes that script.
// Ours is short enough to write by hand: the plugin is bundled as CommonJS with Lab's own packages left
// out, and `require` answers from the scope Lab hands to init. So the build needs neither webpack nor
// @jupyterlab/builder, and the plugin shares Lab's one copy of every package (its tokens must be identical).
const labextension = {
  ...common,
  entryPoints: [at("src/labextension.ts")],
  format: "cjs",
  platform: "browser",
  external: ["@jupyterlab/*", "@lumino/*", "react"],
  metafile: true,
  write: false,
  outfile: at("labextension/static/plugin.js"),
};

function container(plugin, shared, css) {
  return `"use strict";
(() => {
  const shared = ${JSON.stringify(shared)};
  let scope = {};
  const take = async (name) => {
    const versions = Object.values(scope[name] ?? {});
    if (versions.length === 0) throw new Error("${extension}: JupyterLab does not share " + name);
    return [name, (await (versions.find((v) => v.loaded) ?? versions[0]).get())()];
  };
  const style = () => {
    const element = document.createElement("style");
    element.dataset.from = "${extension}";
    element.textContent = ${JSON.stringify(css)};
    document.head.append(element);
    return () => ({});
  };
  const plugin = async () => {
    const modules = Object.fromEntries(await Promise.all(shared.map(take)));
    const module = { exports: {} };
    ((module, exports, require) => {
${plugin}
    })(module, module.exports, (name) => modules[name]);
    return () => module.exports;
  };
  const parts = { "./extension": plugin, "./style": style };
  (window._JUPYTERLAB ??= {})["${extension}"] = {
    init: (given) => { scope = given; },
    get: async (name) => {
      if (!(name in parts)) throw new Error("${extension} has no part " + name);
      return parts[name]();
    },
  };
})();
`;
}

async function writeLabextension(result) {
  const [plugin] = result.outputFiles;
  const imports = Object.values(result.metafile.outputs).flatMap((output) => output.imports);
  const shared = [...new Set(imports.filter((i) => i.external).map((i) => i.path))].sort();
  const css = await readFile(at("minitorch_widgets/static/widget.css"), "utf8");
  const script = container(plugin.text, shared, css);
  // the name carries the content, or a browser would go on using the script it has in its cache
  const load = `static/remoteEntry.${createHash("sha256").update(script).digest("hex").slice(0, 12)}.js`;
  await rm(at("labextension"), { recursive: true, force: true });
  await mkdir(at("labextension/static"), { recursive: true });
  await writeFile(at("labextension", load), script);
  const about = {
    name: extension,
    version: manifest.version,
    description: "The tensor inspector, docked beside the notebook.",
    license: manifest.license,
    jupyterlab: {
      extension: true,
      _build: { load, extension: "./extension", style: "./style" },
    },
  };
  await writeFile(at("labextension/package.json"), `${JSON.stringify(about, null, 2)}\n`);
  await copyFile(at("install.json"), at("labextension/install.json"));
}

const thenWrite = {
  name: "labextension",
  setup: (hook) => hook.onEnd((result) => (result.errors.length ? undefined : writeLabextension(result))),
};

if (process.argv.includes("--watch")) {
  for (const options of [styles, widget, replay, { ...labextension, plugins: [thenWrite] }]) {
    await (await context(options)).watch();
  }
  console.log("watching src/ (reload the page to see a change)");
} else {
  await build(styles);
  await build(widget);
  await build(replay);
  await writeLabextension(await build(labextension));
}
