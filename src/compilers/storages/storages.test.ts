/** Storages of 16 bits: all compilers give the same bits, equal to a second definition of the rounding in float64. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sideBySide } from "../../../tests/support/backends.ts";
import { expectSameBits } from "../../../tests/support/bits.ts";
import { formats, nearest } from "../../../tests/support/nearest.ts";
import {
  storages as all,
  decoded,
  echo,
  echoed,
  encoded,
  neighbourhoods,
  withoutPayloads,
} from "../../../tests/support/storages.ts";
import { javascript, optimize, parameters, type Storage, webassembly } from "../../index.ts";

const storages = all.filter(({ encoding }) => encoding !== undefined);

const backends = [
  ["javascript", javascript],
  ["webassembly", webassembly],
  ["two vectors side by side", sideBySide],
] as const;

/** The bits of the numbers that a compiler loads. */
function loadedBits(storage: Storage, backend: typeof webassembly, bits: Uint16Array) {
  const net = parameters({ w: [bits.length] });
  using optimizer = optimize(net, echo(), {
    ...{ backend, nonFinite: "allow", storage: { state: storage } },
  });
  optimizer.stateViews().parameters["w"]!["echo.m"]!.set(bits);
  optimizer.gradients.w.fill(0);
  optimizer.step();
  return net.w.data.slice();
}

describe.each(storages.map((storage) => [storage.name, storage] as const))("%s", (_, storage) => {
  const { encode, decode } = storage.encoding!;
  const all = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
  const around = neighbourhoods(storage);
  const bits = encoded(storage, around);

  it("encodes all numbers that it decodes to, and decodes zeroed memory to zero", () => {
    expect(decode(0)).toBe(0);
    expect(encode(0)).toBe(0);
    const numbers = [...all].filter((bits) => !Number.isNaN(decode(bits)));
    expect(numbers.length).toBeGreaterThan(60_000);
    expect(numbers.filter((bits) => encode(decode(bits)) !== bits)).toEqual([]);
    const others = new Set(
      [...all].filter((bits) => Number.isNaN(decode(bits))).map((bits) => encode(decode(bits))),
    );
    expect(others.size).toBe(1);
  });

  it.each(backends)("is loaded by %s as `decode` says", (_, backend) => {
    const expected = withoutPayloads(decoded(storage, all));
    expectSameBits(withoutPayloads(loadedBits(storage, backend, all)), expected, "bits");
  });

  it.each(backends)("is stored by %s as `encode` says", (_, backend) => {
    const { stored, loaded } = echoed(storage, backend, around);
    expectSameBits(stored, bits, (i) => `${around[i]}`);
    expectSameBits(withoutPayloads(loaded), withoutPayloads(decoded(storage, bits)), "loaded");
  });
});

describe.each(formats.map(([storage, format]) => [storage.name, storage, format] as const))(
  "%s",
  (name, storage, format) => {
    const { encode, decode } = storage.encoding!;

    it("rounds to nearest, ties to even", () => {
      for (const value of neighbourhoods(storage)) {
        const found = decode(encode(value));
        if (!Object.is(found, nearest(value, format))) {
          throw new Error(`${value} became ${found}, not ${nearest(value, format)}`);
        }
      }
    });

    it("rounds as PyTorch and NumPy do", () => {
      const path = new URL("../../../tests/reference/halves.json", import.meta.url);
      const { words, ...expected } = JSON.parse(readFileSync(path, "utf8"));
      expect(words.length).toBeGreaterThan(200);
      const found = Array.from(new Float32Array(Uint32Array.from(words).buffer), encode);
      expect(found).toEqual(expected[name]);
    });
  },
);
