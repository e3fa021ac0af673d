/** A build of the reference fails if documentation is missing or has broken links: shown on a small package. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { arrange } from "./arrange.ts";
import { checkDocumentation } from "./checks.ts";
import { convert } from "./convert.ts";
import { commentOf, membersOf } from "./declarations.ts";
import { declarationText } from "./describe.ts";
import { entriesOf } from "./entries.ts";
import { pagesOf } from "./pages.ts";
import { memberText } from "./types.ts";

const root = mkdtempSync(join(tmpdir(), "gradus-reference-"));
afterAll(() => rmSync(root, { recursive: true }));

const sources = {
  "src/index.ts": `
    /**
     * A small package.
     *
     * @packageDocumentation
     */
    export * from "./steps.ts";
    export * from "./inner.ts";
  `,
  "src/inner.ts": `
    /** Head of a file. */
    export { inside, type Inner } from "./inside.ts";
  `,
  "src/inside.ts": `
    /** Head of another file. */
    import type { Walker } from "./steps.ts";

    /** What is inside. */
    export interface Inner {
      /** Who walks there. */
      readonly walker: Walker;
    }
    /**
     * Goes inside.
     *
     * @example inside();
     */
    export function inside(): Inner { throw new Error(); }
  `,
  "src/steps.ts": `
    /** How to step. */
    export interface StepOptions {
      /** Step size. */
      readonly lr?: number;
      readonly bare?: number;
    }
    /** One step; see {@link Walker.walk}, {@link missing} and {@link hidden}. @param options how */
    export function step<T extends string>(name: T, options?: StepOptions): readonly (T | number)[] {
      return [name, options?.lr ?? 1];
    }
    export const undocumented = 1;
    const hidden = 2;
    /** What walks. */
    export class Walker {
      /** @internal */
      secret = hidden;
      /** Walks. */
      walk(): void {}
      stop(): void {}
      get speed(): number { return 1; }
      [Symbol.iterator](): void {}
    }
    /** What went wrong. */
    export class StepError extends Error {
      override readonly name = "StepError";
    }
    /** @param x only this */
    export function tagged(x: number): number { return x; }
    /** Stands still for so many \`seconds\`. */
    export function wait(seconds: number, where?: Place): void {}
    /** What goes. */
    export interface Goer {
      /** Goes. @param metres 0 or more */
      go(metres: number): void;
    }
    /** What goes fast. */
    export class Fast implements Goer {
      /** Goes fast. */
      go(metres: number): void {}
    }
    interface Base {
      /** Where it stands. */
      readonly at: Place;
    }
    /** Where to. @inline */
    type Way = "up" | "down";
    interface Map {}
    const heights = { low: 1, high: 2 };
    /** How high. */
    export type Height = keyof typeof heights;
    /** Goes that way. */
    export interface Goal extends Base {
      /** Which way. */
      readonly way: Way;
      /** Where it leads. */
      readonly map: Map;
    }
    class Legs {
      /** Runs. */
      run(): void {}
      /** For those that extend it. */
      protected stretch(): void {}
    }
    /** What runs. */
    export class Runner extends Legs {
      /** @internal */
      constructor() { super(); }
    }
    function jump(times: number): void {}
    /** Jumps. */
    export const leap: typeof jump = jump;
    /** Where it is. */
    export type Place = {
      readonly x: number;
      /** Down. */
      readonly y: number;
    };
  `,
  "src/more/index.ts": `export { step } from "../steps.ts";`,
  "package.json": JSON.stringify({ name: "small" }),
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      ...{ target: "es2022", lib: ["es2022"], types: [], module: "nodenext", strict: true },
      ...{ allowImportingTsExtensions: true, noEmit: true },
    },
    include: ["src"],
  }),
};
for (const [path, text] of Object.entries(sources)) {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
}

const manifest = {
  name: "small",
  exports: {
    ".": { types: "./dist/types/index.d.ts" },
    "./more": { types: "./dist/types/more/index.d.ts" },
    "./package.json": "./package.json",
  },
};
const converted = await convert(root, entriesOf(manifest), join(root, "tsconfig.json"));
const arrangement = arrange(converted);
const problems = checkDocumentation(arrangement);

describe("the problems", () => {
  it("include every export and member without documentation, with its entry and its place", () => {
    const bare = problems.flatMap(
      (problem) => /^(\S+ \S+) has no documentation/.exec(problem)?.[1] ?? [],
    );
    expect(bare).toEqual([
      "small: StepOptions.bare",
      "small: undocumented",
      "small: Walker.stop",
      "small: Walker.speed",
      "small: tagged",
      "small: Place.x",
    ]);
    expect(problems).toContainEqual(
      expect.stringMatching(
        /^small: undocumented has no documentation \(src\/steps\.ts:12\)\. Write a comment .* in front of it/,
      ),
    );
  });

  it("include entries that do not say what they are for", () => {
    expect(problems).toContainEqual(
      expect.stringMatching(
        /^small\/more: the entry has no documentation \(src\/more\/index\.ts\)/,
      ),
    );
  });

  it("include broken links, and no others", () => {
    const broken = problems.filter((problem) => problem.includes("links to"));
    expect(broken.map((problem) => /links to (\w+)/.exec(problem)?.[1])).toEqual([
      "missing",
      "hidden",
    ]);
  });

  it("include types that users cannot name, and no others", () => {
    const types = problems.filter((problem) => problem.includes("in its signature"));
    expect(types).toEqual([
      expect.stringMatching(
        /^small: Goal has Map in its signature, which no entry exports \(src\/steps\.ts:\d+\)\. Export it/,
      ),
    ]);
  });

  it("include parameters that neither a text nor their type nor the description explains", () => {
    const bare = problems.filter((problem) => problem.includes("its parameter"));
    expect(bare.map((problem) => /^small: (\S+ .* parameter \w+) is/.exec(problem)?.[1])).toEqual([
      "step does not say what its parameter name",
      "leap does not say what its parameter times",
    ]);
    expect(bare[0]).toMatch(/\(src\/steps\.ts:9\)\. Write @param name with its unit/);
  });

  it("are functions and classes without an example, and nothing else", () => {
    const bare = problems.filter((problem) => problem.includes("has no example"));
    expect(bare.map((problem) => /^small: the (\S+ \S+) has/.exec(problem)?.[1])).toEqual([
      "function step",
      "class Walker",
      "error StepError",
      "function tagged",
      "function wait",
      "class Fast",
      "class Runner",
      "function leap",
    ]);
    expect(bare[0]).toMatch(/\(src\/steps\.ts:9\)\. End its comment with @example/);
  });

  it("are all of these", () => {
    expect(problems).toHaveLength(6 + 1 + 2 + 1 + 2 + 8);
  });

  it("fail the build", async () => {
    await expect(pagesOf(arrangement)).rejects.toThrow("small: undocumented has no documentation");
  });
});

describe("an export", () => {
  const [small, more] = arrangement.entries;
  const named = (name: string) => small!.exports.find((each) => each.name === name)!;
  const textOf = (name: string) => declarationText(named(name).declaration, () => {});

  it("has one page, even if several entries re-export it", () => {
    expect(more!.exports).toEqual([named("step")]);
    const paths = arrangement.topics.map(({ path }) => path);
    expect(paths.filter((path) => path.endsWith("/step"))).toEqual(["reference/small/step"]);
  });

  it("shares a page if only one export names it", () => {
    const topic = arrangement.topics.find(({ path }) => path === "reference/small/step")!;
    expect(topic.exports.map(({ name }) => name)).toEqual(["step", "StepOptions"]);
    expect(arrangement.linkTo(named("StepOptions").declaration)).toBe(
      "/reference/small/step/#StepOptions",
    );
  });

  it("is written as in TypeScript", () => {
    expect(textOf("step")).toBe(
      "function step<T extends string>(name: T, options?: StepOptions): readonly (T | number)[]",
    );
    expect(textOf("leap")).toBe("function leap(times: number): void");
    expect(textOf("StepError")).toBe("class StepError extends Error");
    expect(textOf("Height")).toBe('type Height = "low" | "high"');
    expect(textOf("Place")).toBe("type Place = { readonly x: number; readonly y: number }");
  });

  it("has the comment before its declaration, not the file head of a re-export", () => {
    const said = ["inside", "Inner"].map((name) => commentOf(named(name).declaration)!.summary);
    expect(said.map(([part]) => part!.text)).toEqual(["Goes inside.", "What is inside."]);
  });

  it("has the members of a base that no entry exports, except protected ones that cannot be used", () => {
    const membersIn = (name: string) =>
      membersOf(named(name).declaration).map((member) => memberText(member, () => {}));
    expect(textOf("Goal")).toBe("interface Goal");
    expect(membersIn("Goal")).toEqual([
      "readonly at: Place",
      'readonly way: "up" | "down"',
      "readonly map: Map",
    ]);
    expect(textOf("Runner")).toBe("class Runner");
    expect(membersIn("Runner")).toEqual(["run(): void"]);
  });
});
