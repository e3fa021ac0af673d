import { crc32 as nodesOwn } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { crc32, crc32ByTables } from "./crc32.ts";

it("is CRC-32, whatever the length and the place", () => {
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
