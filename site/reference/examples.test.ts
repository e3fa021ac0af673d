import { expect, it } from "vitest";
import { wholeExample } from "./examples.ts";

const known: Readonly<Record<string, string>> = {
  Tensor: "gradus/autodiff",
  adam: "gradus",
  optimize: "gradus",
  parameters: "gradus",
  scale: "gradus/autodiff",
  sum: "gradus/autodiff",
};
const whole = (code: string, entry = "gradus") =>
  wholeExample(code, entry, (name) => {
    const found = known[name];
    return found === undefined ? found : { entry: found, isType: name === "Tensor" };
  });

it("has the variables that it assumes, and imports all that it uses", () => {
  expect(whole("optimize(net, adam({ lr: 1 }))")).toBe(
    `import { adam, optimize, parameters } from "gradus";

const net = parameters({ w: [2, 3], b: [3] });
optimize(net, adam({ lr: 1 }));`,
  );
  expect(whole("sum(optimizer.gradients.w)")).toBe(
    `import { adam, optimize, parameters } from "gradus";
import { sum } from "gradus/autodiff";

const net = parameters({ w: [2, 3], b: [3] });
const optimizer = optimize(net, adam());
sum(optimizer.gradients.w);`,
  );
});

it("imports types as types", () => {
  expect(whole("const half = (x: Tensor) => scale(x, 0.5);")).toContain(
    'import { type Tensor, scale } from "gradus/autodiff";',
  );
});

it("does not import keys, members, words or its own names", () => {
  const code = `const scale = 2; // the sum
const options = { sum: scale, text: "adam" };
options.parameters = ({ optimize }) => optimize;
const methods = { adam(x) { return x; } };`;
  expect(whole(code)).toBe(code);
});

it("imports names that are spread, and names in a template", () => {
  expect(whole("const own = { ...adam };")).toBe(
    'import { adam } from "gradus";\n\nconst own = { ...adam };',
  );
  const template = `const text = \`scale: \${sum}\`;`;
  expect(whole(template)).toBe(`import { sum } from "gradus/autodiff";\n\n${template}`);
});

it("stays as it is if it has imports", () => {
  const code = `import { adam } from "gradus";\nadam(net);`;
  expect(whole(code)).toBe(code);
});

it("has parameters with the names that it mentions", () => {
  expect(whole("net.embedding")).toContain("{ w: [2, 3], embedding: [20, 2] }");
  expect(whole("match(net, /^encoder/)")).toContain("{ w: [2, 3], b: [3], encoder: [2, 2] }");
});
