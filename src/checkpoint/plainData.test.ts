import fc from "fast-check";
import { expect, it } from "vitest";
import { runs } from "../../tests/support/properties.ts";
import { CheckpointError } from "./errors.ts";
import { fromText, toText } from "./plainData.ts";

const key = fc.oneof(
  fc.string(),
  fc.constantFrom("__proto__", "$number", "$$number", "$", "toJSON"),
);
const number = fc.oneof(fc.double(), fc.constantFrom(-0, Number.NaN, Infinity, -Infinity));
const { data } = fc.letrec((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    number,
    fc.string({ unit: "binary" }),
    fc.constantFrom(null, true, false, "NaN"),
    fc.array(tie("data"), { maxLength: 4 }),
    fc.dictionary(key, tie("data"), { maxKeys: 4 }),
  ),
}));

it("comes back as it was", () => {
  fc.assert(
    fc.property(data, (value) => {
      expect(fromText(toText(value, "data"), "data")).toEqual(value);
    }),
    runs(125),
  );
});

it("decodes names with escapes", () => {
  const odd = String.raw`[{"\u0024number":"NaN"},{"\u0024$a":1},{"a":"\u0024b"}]`;
  expect(fromText(odd, "data")).toEqual([Number.NaN, { $a: 1 }, { a: "$b" }]);
});

it("may be any JSON when it is read, and only then", () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      try {
        fromText(text, "data");
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError);
        expect(() => JSON.parse(text)).toThrow(SyntaxError);
      }
    }),
    runs(125),
  );
  expect(() => fromText("[".repeat(1e5) + "]".repeat(1e5), "data")).toThrow("100 levels");
});
