/**
 * For every exported optimizer and transform: saved to a file, gone on with by a new process, with parameters in another
 * order, by another compiler and another number of threads, a run is bit for bit one that did not stop.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readCheckpoint, saveCheckpoint } from "../src/checkpoint/index.ts";
import { END, here, rules, STOP } from "./support/everyRule.ts";
import { bind, netOf, train } from "./support/resuming.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gradus-elsewhere-"));
  for (const [index, [, makeRule]] of rules.entries()) {
    const net = netOf(here);
    using optimizer = bind(net, makeRule(), here);
    train(optimizer, net, 0, STOP);
    saveCheckpoint(join(folder, `${index}.safetensors`), optimizer);
  }
  const script = fileURLToPath(new URL("./support/resumeElsewhere.ts", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", script, folder], {
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

afterAll(() => rmSync(folder, { recursive: true }));

it.each(rules.map(([name, make], index) => [name, index, make] as const))(
  "%s goes on in another process",
  (_, index, makeRule) => {
    const net = netOf(here);
    using uninterrupted = bind(net, makeRule(), here);
    train(uninterrupted, net, 0, END);
    const { parameters, state } = readCheckpoint(join(folder, `${index}-end.safetensors`));
    const live = uninterrupted.stateViews();
    expect(state!.step).toBe(END);
    for (const [name, { data }] of Object.entries(uninterrupted.parameters)) {
      expect(parameters[name]!.read(), name).toEqual(data);
      const slots = Object.entries(state!.parameters[name]!);
      const read = Object.fromEntries(slots.map(([slot, stored]) => [slot, stored.read()]));
      expect(read, name).toEqual({ ...live.parameters[name] });
    }
  },
);
