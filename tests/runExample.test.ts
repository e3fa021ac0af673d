/** Examples are held to what their comments say. */
import { expect, it } from "vitest";
import { runExample, valuesIn } from "../scripts/examples/run.ts";

const run = (code: string) => runExample(code, { load: async () => ({ two: 2 }) });
const wrong = async (code: string) => (await run(code)).filter(({ isSo }) => !isSo).length;

it.each([
  ["24.2 and [-215.6, -88]", [24.2, [-215.6, -88]]],
  ['[1, 1], 0, "gradient"', [[1, 1], 0, "gradient"]],
  ["[2, 2]: all columns", [[2, 2]]],
  ["3, of 6", [3]],
  ["1e-4", [1e-4]],
  ["true", [true]],
  ["6 numbers", []],
  ["1 pass, 28 bytes", []],
  ["[batch, time] of [time]", []],
  ["the last two", []],
])("reads values in %s", (comment, values) => {
  expect(valuesIn(comment)).toEqual(values);
});

it("compares what a line comes to, and what is printed", async () => {
  const code = `import { two } from "two";
two; // 2
two + 1; // 2
[two, [two]]; // [2, [2]]
[two]; // [2, 2]
const { a, b } = { a: 1, b: "x" }; // 1, "y"
console.log(two, two + 1); // 2 and 3
console.log(two); // 3
console.log(two); // below 3
(() => {
  return two; // 3
})();
await Promise.resolve(two); // prose`;
  const compared = await run(code);
  const [yes, no] = [true, false];
  const found = [yes, no, yes, no, yes, no, yes, yes, no, no];
  expect(compared.map(({ isSo }) => isSo)).toEqual(found);
});

it("takes six digits for exact, and no fewer", async () => {
  expect(await wrong("1 / 3; // 0.3333333333")).toBe(0);
  expect(await wrong("1 / 3; // 0.3333")).toBe(1);
  expect(await wrong("1e-7; // 0")).toBe(0);
  expect(await wrong("1e-5; // 0")).toBe(1);
});

it("fails where the example does", async () => {
  await expect(run("missing();")).rejects.toThrow("missing is not defined");
});
