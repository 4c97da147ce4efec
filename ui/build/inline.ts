// Puts the styles and the script of the first paint into index.html, so that it needs one file. That script loads the page's
// code. Tauri adds both to the content security policy, by nonce and hash.

import { build, type Plugin } from "vite";

const ENTRY = "src/first-page/entry.ts";

/** The script of the first paint, with the address of the page's code and the addresses of what that imports. */
async function firstPaint(page: string, parts: string[]): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "silent",
    define: { PAGE: JSON.stringify(page), PARTS: JSON.stringify(parts) },
    build: { write: false, target: "safari16", lib: { entry: ENTRY, formats: ["iife"], name: "first" } },
  });
  const chunk = [built].flat().flatMap((output) => ("output" in output ? output.output : []))[0];
  if (chunk?.type !== "chunk") throw new Error(`${ENTRY} was not built`);
  return chunk.code.replaceAll("</script", "<\\/script");
}

/** The build plugin. All other files stay as they are. */
export const inlineFirstPaint = (): Plugin => ({
  name: "inline-first-paint",
  apply: "build",
  enforce: "post",
  async generateBundle(_, bundle) {
    const file = bundle["index.html"];
    if (file?.type !== "asset") throw new Error("the build has no index.html");
    let html = String(file.source);
    const takeOut = (pattern: RegExp): string[] => {
      const found = Array.from(html.matchAll(pattern), ([, address]) => address ?? "");
      html = html.replace(pattern, "");
      return found;
    };
    const [page] = takeOut(/\s*<script [^>]*src="([^"]*)"><\/script>/g);
    const parts = takeOut(/\s*<link rel="modulepreload"[^>]* href="([^"]*)">/g);
    const [styles] = takeOut(/\s*<link rel="stylesheet"[^>]* href="([^"]*)">/g);
    const sheetName = styles?.replace("./", "") ?? "";
    const sheet = bundle[sheetName];
    delete bundle[sheetName];
    if (!page || sheet?.type !== "asset") throw new Error("index.html has no script or no styles");
    const script = await firstPaint(page, parts);
    // Functions, because the texts may contain the patterns of replace().
    html = html.replace("</head>", () => `<style>${String(sheet.source)}</style>\n  </head>`);
    file.source = html.replace("</body>", () => `  <script>${script}</script>\n  </body>`);
  },
});
