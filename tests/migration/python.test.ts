/** docs/from-pytorch.md and docs/from-optax.md: both sides of a row compute the same, and no name is forgotten. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { grad, numpy, tree } from "@jax-js/jax";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { evaluate, resultsOf } from "./code.ts";
import { compareRow, type Recorded } from "./comparing.ts";
import { blocksOf, readMigrationPage } from "./page.ts";

type Net = Readonly<Record<"w" | "b", { readonly data: Float32Array }>>;

interface Recordings {
  /** What a page's program ends with. */
  readonly loop: Readonly<Record<"w" | "b", readonly number[]>>;
  /** By their side of the row. */
  readonly rows: Readonly<Record<string, Recorded>>;
}

const read = (path: string) =>
  JSON.parse(readFileSync(new URL(`../reference/${path}`, import.meta.url), "utf8"));
const {
  members,
  ...recordings
}: { members: Record<string, string[]> } & Record<string, Recordings> = read("migration.json");
const {
  options,
  versions,
}: Record<"options" | "versions", Record<string, unknown>> = read("options.json");

const before = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "gradus-migration-"));
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

describe.each(["from-pytorch.md", "from-optax.md"])("%s", (name) => {
  const page = readMigrationPage(name);
  const { loop, rows } = recordings[name]!;

  test("has two programs that end at the same weights", () => {
    const { net } = resultsOf(blocksOf(page, "ts")[0]!, ["net"]) as { net: Net };
    // Two hundred steps in float32, of which each rounds by 6e-8.
    expect(net.w.data[0]! / loop.w[0]! - 1).toBeCloseTo(0, 5);
    expect(net.b.data[0]! / loop.b[0]! - 1).toBeCloseTo(0, 5);
  });

  test.each(page.compared)("$theirs is $ours", (row) => {
    expect(rows, "run tests/reference/generate.py").toHaveProperty([row.theirs]);
    compareRow(row, rows[row.theirs]!);
  });

  it("compares all that was recorded", () => {
    expect(new Set(page.compared.map(({ theirs }) => theirs))).toEqual(new Set(Object.keys(rows)));
    expect(page.compared.length).toBeGreaterThan(50);
  });

  test.each([...new Set(page.ours)])("%s runs", async (code) => {
    expect(await evaluate(code)).not.toBe(null);
  });

  const [library, version] = name.includes("torch")
    ? (["torch", "PyTorch"] as const)
    : (["optax", "Optax"] as const);

  it("treats every name", () => {
    const names = Object.keys(options).filter((each) => each.startsWith(`${library}.`));
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((each) => !isTreated(each, page.theirs))).toEqual([]);
  });

  it("says of which version it speaks", () => {
    expect(page.text).toContain(`${version} ${String(versions[library]).replace(/\.0$/, "")}`);
  });
});

test("from-optax.md trains with jax-js' arrays as without them", async () => {
  const page = readMigrationPage("from-optax.md");
  const [program] = blocksOf(page, "js") as [string];
  const own = blocksOf(page, "ts")[0]!.replace(/const lr = .*;/, "const lr = 0.1;");
  const { net } = resultsOf(own, ["net"]) as { net: Net };
  expect(net.w.data[0]).toBeCloseTo(3, 1);
  expect(program).toContain('import { gradus } from "gradus/jax-js";');
  const { params } = resultsOf(program, ["params"], { grad, np: numpy, tree }) as {
    params: Record<"w" | "b", { dataSync(): Float32Array }>;
  };
  expect(params.w.dataSync()[0]! / net.w.data[0]!).toBeCloseTo(1, 5);
  expect(params.b.dataSync()[0]! / net.b.data[0]!).toBeCloseTo(1, 5);
});

/** Whether a page's left columns have a name: Optax' whole, or by a pattern, PyTorch's by its last part. */
function isTreated(name: string, theirs: readonly string[]): boolean {
  const last = name.split(".").at(-1)!;
  return theirs.some((code) => {
    const words = code.match(/[\w.*]+/g) ?? [];
    return words.some((word) =>
      word.includes("*")
        ? new RegExp(`^${word.replaceAll(".", "\\.").replaceAll("*", "\\w*")}$`).test(name)
        : word === name || (name.startsWith("torch") && word.split(".").at(-1) === last),
    );
  });
}

test("from-pytorch.md treats what objects of PyTorch can do", () => {
  const { theirs } = readMigrationPage("from-pytorch.md");
  const text = theirs.join("\n");
  const forgotten = Object.values(members)
    .flat()
    .filter((name) => !new RegExp(`\\.${name}\\b`).test(text));
  expect(forgotten).toEqual([]);
});
