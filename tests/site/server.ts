/** Serves the built site under a path, like a folder of a larger server. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../site/dist/", import.meta.url));
/** The path of the site on the server. */
const base = "/some/path/";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
};

/** The paths of all pages, from the site's root: `guides/storage/`. */
export const pagePaths = (): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => file.split(sep).join("/"))
    .filter((file) => file === "index.html" || file.endsWith("/index.html"))
    .map((file) => file.slice(0, -"index.html".length))
    .sort();

/** All pages, but only one export's page for each entry: those are text, made in the same way. */
export const closely = (): readonly string[] => {
  const seen = new Set<string>();
  return pagePaths().filter((path) => {
    const [entry] = /^reference\/[^/]+\/(?=.)/.exec(path) ?? [];
    return !seen.has(entry ?? path) && seen.add(entry ?? path);
  });
};

export interface Server {
  /** The address of the front page, with a slash at its end. */
  readonly root: string;
  close(): void;
}

/** A request for something other than the site's files. */
export type Extra = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * @param head is inserted before the head of every page
 * @param extra answers requests that it knows, and returns whether it did
 */
export async function serveSite(head = "", extra: Extra = () => false): Promise<Server> {
  const server = createServer((request, response) => {
    if (!extra(request, response)) respond(new URL(request.url!, "http://site/"), response, head);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    root: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function respond({ pathname }: URL, response: ServerResponse, head: string): void {
  const inside = pathname.startsWith(base) ? pathname.slice(base.length) : undefined;
  const path = inside === undefined ? "" : join(folder, decodeURIComponent(inside));
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  const file = isFolder ? join(path, "index.html") : path;
  if (inside === undefined || !existsSync(file) || (isFolder && !/(?:^|\/)$/.test(inside))) {
    response.writeHead(404).end();
    return;
  }
  response.setHeader("content-type", types[extname(file)] ?? "application/octet-stream");
  const content = readFileSync(file);
  response.end(
    extname(file) === ".html" ? String(content).replace("<head>", `<head>${head}`) : content,
  );
}
