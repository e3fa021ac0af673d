/** Whether a link has all that one sees, for ever, whatever somebody has made of it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { landscapes } from "../../formulas/landscapes.ts";
import { readAddress, writeAddress } from "./address.ts";
import { type Entry, initialState, mostEntries, mostSteps, type State } from "./state.ts";

/** Numbers as JSON has them: it knows no -0. */
const number = (min: number, max: number) =>
  fc.double({ min, max, noNaN: true }).map((value) => value + 0);
const anyNumber = fc.double({ noNaN: true }).map((value) => value + 0);
const name = fc.stringMatching(/^[A-Za-z]\w{0,20}$/).filter((each) => !(each in {}));
const hyper = fc.dictionary(name, fc.oneof(anyNumber, fc.boolean()), {
  maxKeys: 5,
  noNullPrototype: true,
});
const text = fc.string({ unit: "binary", maxLength: 200 });

const rule = fc.record(
  {
    kind: fc.constant("rule" as const),
    name: fc.string({ maxLength: 60 }),
    rule: text,
    hyper,
    ranges: fc.dictionary(name, fc.string({ maxLength: 60 }), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    state: fc.dictionary(
      name,
      fc.record({ kind: fc.string({ maxLength: 20 }), initial: fc.oneof(number(-1e9, 1e9), text) }),
      { maxKeys: 4, noNullPrototype: true },
    ),
    evaluation: text,
  },
  { requiredKeys: ["kind", "name", "rule", "hyper", "ranges", "state"], noNullPrototype: true },
);
const library = fc.record({
  kind: fc.constant("library" as const),
  name: fc.string({ maxLength: 60 }),
  options: hyper,
});
const entry: fc.Arbitrary<Entry> = fc.oneof(rule as fc.Arbitrary<Entry>, library);

const start = fc.tuple(number(-1e6, 1e6), number(-1e6, 1e6));
const range = fc.tuple(number(-1e6, 1e6), number(-1e6, 1e6)).filter(([low, high]) => high > low);
const ground = fc.oneof(
  fc.record({
    kind: fc.constant("surface" as const),
    surface: fc.constantFrom(...Object.keys(landscapes)),
    start,
    noise: number(0, 1000),
  }),
  fc.record({
    kind: fc.constant("surface" as const),
    surface: fc.constant("own"),
    formula: text,
    view: fc.record({ x: range, y: range }),
    start,
    noise: number(0, 1000),
  }),
);
const states: fc.Arbitrary<State> = fc.record(
  {
    entries: fc.array(entry, { minLength: 1, maxLength: mostEntries }),
    ground,
    seed: fc.nat(2 ** 31 - 1),
    steps: fc.integer({ min: 1, max: mostSteps }),
    speed: number(1, 2000),
    device: fc.constant("gpu" as const),
  },
  { requiredKeys: ["entries", "ground", "seed", "steps", "speed"] },
);

describe("an address", () => {
  it("gives the state that it was made of", async () => {
    await fc.assert(
      fc.asyncProperty(states, async (state) => {
        expect(await readAddress(`#${await writeAddress(state)}`)).toEqual({
          state,
          problem: undefined,
        });
      }),
      { numRuns: 200 },
    );
  });

  it("is as it was before there was a choice, where the processor is chosen", async () => {
    const first = await writeAddress(initialState);
    expect(await writeAddress({ ...initialState, device: undefined })).toBe(first);
    expect(await writeAddress({ ...initialState, device: "gpu" })).not.toBe(first);
  });

  it("has characters that every place takes which takes an address", async () => {
    expect(await writeAddress(initialState)).toMatch(/^1:[\w-]+$/);
  });

  it("is the first example where it is empty", async () => {
    expect(await readAddress("")).toEqual({ state: initialState, problem: undefined });
  });
});

/** Links that people have: they stay as they are here, and must be read for ever. */
const kept: readonly (readonly [string, State])[] = [
  [
    "#1:fc3NCsIwEATgd5nzKikWwX2V4iHaVYLND7upICXvLnrwZHsbhvmYBZKqBjHwsOAR0gjGFC7q9QVC8lHAsPsIQi415GTgBZOC3d657tQarbuYo6Q6xxW8aTVa0Vz-0m3pR__3sWvtTLhrnj_u523Wm78K6JcY6p8hfavqtYKHXU9ufzgTUg4mYNcIJjKCu89IioF75whWvu3RtTc",
    {
      entries: [
        { kind: "library", name: "sgd", options: { lr: 0.0019 } },
        { kind: "library", name: "momentum", options: { lr: 0.001 } },
        { kind: "library", name: "rmsprop", options: { lr: 0.01 } },
        { kind: "library", name: "adam", options: { lr: 0.1 } },
      ],
      ground: { kind: "surface", surface: "ravine", start: [-4, 0.3], noise: 0 },
      seed: 1,
      steps: 400,
      speed: 60,
    },
  ],
  [
    "#1:fVBBbtswEPzKYnpx4o0ry1EDE8ihKNAH9Oq6AG2tbSIiKZBSFMHgp_qQvqmglDbtob0Qs7uc3Zm5QlwXjESo3RVPxtVQaMwh6DCC4bQVKMTjReq-kc9B5GOt7QCGbzvjXYS6oglQxaqoGAfp9DoX2yol_vfCNvjanMe_15yDH7rLF91Jrow7GWcyzhCJcTA6fvIhyDFToE66ifLnmdA38nbDjne61hY89xUsPVIWSLdkaUlnonf04_tX19MjWXpPC-eDXQw3tKT1DRiXsZXw5m8925vcMbKALvSSGEG7s0wO5jl2BecNiRG7Vzc2P68ypRErrgMjGzS6gSoSY_j_F7RIiSHPuun1HAAGpD3n3PrM-s2OfTjpY47iF1LwgwPj5IPtm6zx5VtJS9rQLUXjFmP2-2xk0vACtbvb8GbPGDMsuVxV-9lN6KbOquJyz3DeRMmBlFUei9RQ9-X2fvvhodxWmSBthKqKomDEdpqvy1WVfgI",
    {
      entries: [
        { kind: "library", name: "scheduleFreeAdamw", options: { lr: 0.05, beta1: 0.95 } },
        {
          kind: "library",
          name: "prodigy",
          options: { growthRate: Number.POSITIVE_INFINITY, biasCorrection: false },
        },
        {
          kind: "rule",
          name: "my-adam",
          rule: "m = beta * m + g  # β\nu = m / (norm(w) + 1)",
          hyper: { lr: 0.1, beta: 0.9, on: true },
          ranges: { beta: "[0, 1)" },
          state: { m: { kind: "element", initial: 0 }, w: { kind: "element", initial: "p" } },
          evaluation: "w",
        },
      ],
      ground: {
        kind: "surface",
        surface: "own",
        formula: "x^2 + 3 * sin(y)",
        view: { x: [-3, 3], y: [-2, 2.5] },
        start: [-2.5, 2],
        noise: 0.25,
      },
      seed: 4294967295,
      steps: 5000,
      speed: 12.5,
    },
  ],
];

describe("links of version 1", () => {
  it.each(kept)("%s", async (hash, state) => {
    expect(await readAddress(hash)).toEqual({ state, problem: undefined });
  });
});

/** Compressed as addresses are. */
async function packed(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return Buffer.from(await new Response(stream).arrayBuffer()).toString("base64url");
}

describe("an address that is none of ours", () => {
  it.each([
    ["#nonsense", "it is no link of this playground"],
    ["#1:%%%", "it is no link of this playground"],
    ["#1:", "it is damaged"],
    ["#1:AAAA", "it is damaged"],
    ["#2:AAAA", "a newer version of this page made it"],
    ["#0:AAAA", "there has been no such version"],
  ])("%s: %s", async (hash, reason) => {
    const { state, problem } = await readAddress(hash);
    expect(state).toEqual(initialState);
    expect(problem).toBe(`This link cannot be read: ${reason}. You see the first example instead.`);
  });

  it.each([
    ["{}", "entries of the link must be a list of 1 to 8"],
    ["[]", "the link must be an object"],
    [
      JSON.stringify({ ...initialState, steps: 1e9 }),
      "steps of the link must be a number from 1 to 5000",
    ],
    [JSON.stringify({ ...initialState, seed: 0.5 }), "seed of the link must be a whole number"],
    [JSON.stringify({ ...initialState, device: "tpu" }), "device of the link must be one of gpu"],
    [
      JSON.stringify({
        ...initialState,
        entries: [{ kind: "library", name: "sgd", options: { lr: "a" } }],
      }),
      "lr of options of entries 1 of the link must be a number from -Infinity to Infinity",
    ],
    [
      '{"entries":[{"kind":"library","name":"sgd","options":{"__proto__":1}}]}',
      "options of entries 1 of the link has a name that no rule can have",
    ],
    [" ".repeat(1e7), "it is too long"],
  ])("%.60s", async (json, reason) => {
    const { state, problem } = await readAddress(`#1:${await packed(json)}`);
    expect(state).toEqual(initialState);
    expect(problem).toContain(reason);
  });

  it("never throws, whatever it is", async () => {
    const cut = fc.tuple(fc.nat(300), fc.string({ maxLength: 5 })).map(([at, more]) => {
      const [hash] = kept[0]!;
      return hash.slice(0, at) + more + hash.slice(at + more.length);
    });
    const hashes = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string().map((each) => `#1:${each}`),
      cut,
    );
    await fc.assert(
      fc.asyncProperty(hashes, async (hash) => {
        const { problem } = await readAddress(hash);
        if (problem !== undefined)
          expect(problem).toMatch(/^This link cannot be read: .* instead\.$/s);
      }),
      { numRuns: 500 },
    );
  });

  it("never throws on any JSON that is packed as ours is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const { state } = await readAddress(`#1:${await packed(JSON.stringify(value))}`);
        expect(state).toEqual(initialState);
      }),
    );
  });
});
