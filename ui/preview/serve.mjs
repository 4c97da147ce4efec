// Serves the built page to an ordinary browser, under the app's content security policy and with preview/host.js in
// the place of the shell. For looking at the page only: nothing of this folder gets into the bundle.
//
//   npm run build && node preview/serve.mjs [port]
//   then http://127.0.0.1:4173/?scene=offline&theme=dark&lang=es

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const dist = process.env.DIST ?? join(here, "..", "dist");
const port = Number(process.argv[2] ?? 4173);

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const POLICY = "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'none'";

/** One for those that are open in the editor, one for all others. */
function picture(path) {
  if (!path.startsWith("/picture/")) return null;
  return path.startsWith("/picture/wide") ? "/preview/wide.svg" : "/preview/picture.svg";
}

async function answer(path) {
  if (path === "/") {
    const page = await readFile(join(dist, "index.html"), "utf8");
    const scripts = ["team", "roles", "person", "host"].map((name) => `<script src="/preview/${name}.js"></script>`);
    return { type: "text/html", body: page.replace("<head>", `<head>${scripts.join("")}`) };
  }
  const preview = path.startsWith("/preview/");
  const file = join(preview ? join(here, "..") : dist, normalize(path));
  return { type: TYPES[extname(file)] ?? "application/octet-stream", body: await readFile(file) };
}

createServer(async (request, response) => {
  try {
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    const { type, body } = await answer(picture(pathname) ?? pathname);
    response.writeHead(200, { "content-type": type, "content-security-policy": POLICY }).end(body);
  } catch {
    response.writeHead(404).end();
  }
}).listen(port, "127.0.0.1", () => process.stdout.write(`http://127.0.0.1:${port}/\n`));
