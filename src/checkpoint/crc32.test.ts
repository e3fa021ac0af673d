import { crc32 as nodesOwn } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { either } from "../../tests/support/properties.ts";
import { crc32, crc32ByTables, joinedChecksum } from "./crc32.ts";

it("is CRC-32, for any length and offset", () => {
  expect(crc32ByTables(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 100 }),
      fc.nat(100),
      fc.nat(0xffffffff),
      (all, i, sum) => {
        const bytes = all.subarray(i);
        const right = bytes.length === 0 ? sum : nodesOwn(bytes, sum);
        expect([crc32ByTables(bytes, sum), crc32(bytes, sum)]).toEqual([right, right]);
        const half = bytes.length >> 1;
        const first = crc32ByTables(bytes.subarray(0, half));
        expect(crc32ByTables(bytes.subarray(half), first)).toBe(
          bytes.length === 0 ? 0 : nodesOwn(bytes),
        );
      },
    ),
  );
});

it("of two pieces follows from the checksum of each", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
      const whole = crc32(second, crc32(first));
      expect(joinedChecksum(crc32(first), crc32(second), second.length)).toBe(whole);
    }),
  );
});

/** The checksum of 2^32 zeros after something with this checksum. Node computes it piece by piece, in seconds. */
function ofZerosBehind(before: number): number {
  const zeros = new Uint8Array(2 ** 20);
  let sum = before;
  for (let i = 0; i < 2 ** 12; i++) sum = crc32(zeros, sum);
  return sum;
}

it("of long pieces too: zeros after a byte, up to lengths of more than 32 bits", () => {
  const one = crc32(Uint8Array.of(7));
  const [sum, whole] = either(
    () => [0xd202ef8d, 0x0e988438] as const,
    () => [ofZerosBehind(0), ofZerosBehind(one)] as const,
  )();
  const both = joinedChecksum(one, sum, 2 ** 32);
  expect(both).toBe(whole);
  const twice = joinedChecksum(both, sum, 2 ** 32);
  expect(joinedChecksum(one, joinedChecksum(sum, sum, 2 ** 32), 2 ** 33)).toBe(twice);
});
