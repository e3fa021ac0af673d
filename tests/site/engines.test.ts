/** Pages and figures of the built site in Firefox and WebKitGTK: no error, no request to elsewhere, and every figure reacts. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { engines } from "../engines/engines.ts";
import { closely, serveSite } from "./server.ts";

const probe = readFileSync(new URL("probe.js", import.meta.url), "utf8");

interface Told {
  readonly path: string;
  readonly complaints: readonly string[];
}

/** Sends a browser through the pages, and collects what they tell. */
async function visit(
  start: (address: string, folder: string) => readonly [string, readonly string[]],
  paths: readonly string[],
): Promise<readonly Told[]> {
  const told: Told[] = [];
  let finish: (told: readonly Told[]) => void;
  const finished = new Promise<readonly Told[]>((resolve) => {
    finish = resolve;
  });
  const server = await serveSite(`<script>${probe}</script>`, (request, response) => {
    if (request.url !== "/told") return false;
    void text(request).then((body) => {
      told.push(JSON.parse(body) as Told);
      const next = paths[told.length] ?? null;
      response.setHeader("content-type", "application/json").end(JSON.stringify({ next }));
      if (next === null) finish(told);
    });
    return true;
  });
  const folder = mkdtempSync(join(tmpdir(), "gradus-site-"));
  const [command, words] = start(server.root + paths[0]!, folder);
  const browser: ChildProcess = spawn(command, words, { stdio: "ignore", detached: true });
  const ended = new Promise<never>((_, reject) =>
    browser.on("close", () => reject(new Error("the browser ended"))),
  );
  try {
    return await Promise.race([finished, ended]);
  } finally {
    ended.catch(() => {});
    process.kill(-browser.pid!, "SIGKILL");
    server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

it.each(["Firefox", "WebKitGTK"])("%s shows all of it", async (label) => {
  const { program, page } = engines.find((each) => each.label === label)!;
  const paths = closely();
  const told = await visit((address, folder) => page!(program(), address, folder), paths);
  expect(told.map(({ path }) => path)).toEqual(paths);
  expect(
    told.flatMap(({ path, complaints }) => complaints.map((each) => `${path}: ${each}`)),
  ).toEqual([]);
});
