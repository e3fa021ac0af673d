import temml from "temml";
import { describe, expect, it } from "vitest";
import { chain, defineOptimizer, defineTransform } from "../define.ts";
import type { Definition, HyperDefaults, Rule } from "../definition.ts";
import { latex } from "./latex.ts";

/** The rows of a rule's only block, each as `left &= right`. */
function rows(rule: Rule): string[] {
  const text = latex(rule);
  expect(() => temml.renderToString(text, { displayMode: true, throwOnError: true })).not.toThrow();
  const [, inside] = /^\\begin\{aligned\}\n(.*)\n\\end\{aligned\}$/s.exec(text)!;
  return inside!.split(" \\\\\n");
}

const rule = (definition: Partial<Definition> & { rule: string }): Rule =>
  defineOptimizer({ name: "example", hyper: {}, ...definition })();

/** An expression in LaTeX: the right-hand side of a rule that assigns `p`. */
function expression(text: string, hyper: HyperDefaults = {}): string {
  // A hyperparameter must be used; a local that nothing reads is not shown.
  const used = Object.keys(hyper).join(" + ") || "0";
  const [row] = rows(rule({ hyper, rule: `unread = ${used}; p = ${text}` }));
  return row!.replace(/^\\theta_t &= /, "");
}

const sgd = defineOptimizer({
  name: "sgd",
  hyper: { lr: 1e-3, momentum: 0, dampening: 0, nesterov: false },
  state: { b: 0 },
  rule: `
    b = momentum * b + where(t == 1, 1, 1 - dampening) * g
    u = where(momentum == 0, g, where(nesterov, g + momentum * b, b))
  `,
});

const adam = defineOptimizer({
  name: "adam",
  title: "Adam",
  hyper: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8 },
  state: { m: 0, v: 0 },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g^2
    u = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)
  `,
});

const clip = defineTransform({
  name: "clip",
  title: "Clipping",
  hyper: { maxNorm: 1 },
  rule: "g = g * min(1, maxNorm / globalNorm(g))",
});

const average = defineTransform({
  name: "average",
  hyper: { decay: 0.999 },
  state: { average: "p" },
  rule: "average = decay * average + (1 - decay) * p",
});

describe("latex", () => {
  it("writes Adam as the paper does, with the implied update at its end", () => {
    expect(rows(adam())).toEqual([
      String.raw`m_t &= \beta_1\,m_{t-1} + (1 - \beta_1)\,g_t`,
      String.raw`v_t &= \beta_2\,v_{t-1} + (1 - \beta_2)\,g_t^2`,
      String.raw`u_t &= \frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \varepsilon}`,
      String.raw`\theta_t &= \theta_{t-1} - \eta\,u_t`,
    ]);
  });

  it("gives a state the last step's subscript before its assignment, and this step's after it", () => {
    const adadelta = rule({
      hyper: { lr: 1, rho: 0.95, eps: 1e-6 },
      state: { v: 0, d: 0 },
      rule: `
        v = rho * v + (1 - rho) * g^2
        u = sqrt(d + eps) / sqrt(v + eps) * g
        d = rho * d + (1 - rho) * u^2
      `,
    });
    expect(rows(adadelta).slice(1, 3)).toEqual([
      String.raw`u_t &= \frac{\sqrt{d_{t-1} + \varepsilon}}{\sqrt{v_t + \varepsilon}}\,g_t`,
      String.raw`d_t &= \rho\,d_{t-1} + (1 - \rho)\,u_t^2`,
    ]);
  });

  it("appends no update to a rule that assigns the parameter itself", () => {
    const momentum = rule({
      hyper: { lr: 1e-2, momentum: 0.9 },
      state: { v: 0 },
      symbols: { momentum: "gamma" },
      rule: "v = momentum * v + lr * g; p = p - v",
    });
    expect(rows(momentum)).toEqual([
      String.raw`v_t &= \gamma\,v_{t-1} + \eta\,g_t`,
      String.raw`\theta_t &= \theta_{t-1} - v_t`,
    ]);
  });

  it("numbers the values of a name within a step", () => {
    const twice = rule({
      hyper: { lr: 0.1 },
      rule: "g = -g; g = g^2; p = p * 0.5; p = p + 1; u = g; u = u + g",
    });
    expect(rows(twice)).toEqual([
      "g_t' &= -g_t",
      "g_t'' &= (g_t')^2",
      String.raw`\theta_t' &= \theta_{t-1} \cdot 0.5`,
      String.raw`\theta_t'' &= \theta_t' + 1`,
      "u_t &= g_t''",
      "u_t' &= u_t + g_t''",
      String.raw`\theta_t &= \theta_t'' - \eta\,u_t'`,
    ]);
  });

  it("writes more than three primes as a number", () => {
    const text = `${"g = g + 1;".repeat(5)} p = g`;
    expect(rows(rule({ rule: text })).at(-2)).toBe("g_t^{(5)} &= g_t^{(4)} + 1");
  });

  it("gives a scheduled hyperparameter the step's subscript", () => {
    expect(rows(adam({ lr: (step) => 1 / step, beta1: () => 0.9 }))).toEqual([
      String.raw`m_t &= \beta_{1,t}\,m_{t-1} + (1 - \beta_{1,t})\,g_t`,
      String.raw`v_t &= \beta_2\,v_{t-1} + (1 - \beta_2)\,g_t^2`,
      String.raw`u_t &= \frac{m_t / (1 - \beta_{1,t}^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \varepsilon}`,
      String.raw`\theta_t &= \theta_{t-1} - \eta_t\,u_t`,
    ]);
  });

  it("writes a chain as blocks under their titles, with the update where it is applied", () => {
    expect(latex(chain(clip(), adam(), average()))).toBe(
      String.raw`\begin{array}{l}
\text{Clipping} \\
\quad \begin{aligned}
g_t' &= g_t \cdot \min\left( 1, \frac{\mathrm{maxNorm}}{\lVert g_t \rVert_{\mathrm{all}}} \right)
\end{aligned} \\[1em]
\text{Adam} \\
\quad \begin{aligned}
m_t &= \beta_1\,m_{t-1} + (1 - \beta_1)\,g_t' \\
v_t &= \beta_2\,v_{t-1} + (1 - \beta_2)\,(g_t')^2 \\
u_t &= \frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \varepsilon} \\
\theta_t &= \theta_{t-1} - \eta\,u_t
\end{aligned} \\[1em]
\text{average} \\
\quad \begin{aligned}
\bar{\theta}_t &= \delta\,\bar{\theta}_{t-1} + (1 - \delta)\,\theta_t
\end{aligned}
\end{array}`,
    );
  });
});

describe("names and titles", () => {
  it("may contain characters that are special in TeX", () => {
    const odd = rule({
      title: String.raw`50% of A_b & {c} #1 $x ~ ^ \d`,
      hyper: { max_norm: 1 },
      rule: "p = g / max_norm",
    });
    const text = latex(chain(clip(), odd));
    expect(text).toContain(
      String.raw`\text{50\% of A\_b \& \{c\} \#1 \$x \textasciitilde{} \textasciicircum{} \textbackslash{}d}`,
    );
    expect(text).toContain(String.raw`\frac{g_t'}{\text{max\_norm}}`);
    const mathml = temml.renderToString(text, { throwOnError: true });
    expect(mathml.replaceAll("\u00a0", " ")).toContain("50% of A_b &amp; {c} #1 $x ~ ^ \\d<");
    expect(mathml).toContain("max_norm");
  });
});

describe("what the options decide", () => {
  const update = String.raw`\theta_t &= \theta_{t-1} - \eta\,u_t`;

  it("leaves out the state that only another choice needs", () => {
    expect(rows(sgd())).toEqual(["u_t &= g_t", update]);
  });

  it("shows Nesterov's formula where it is switched on", () => {
    expect(rows(sgd({ momentum: 0.9, nesterov: true }))).toEqual([
      String.raw`b_t &= \mu\,b_{t-1} + g_t`,
      String.raw`u_t &= g_t + \mu\,b_t`,
      update,
    ]);
  });

  it("keeps a condition on the step", () => {
    expect(rows(sgd({ momentum: 0.9, dampening: 0.5 }))[0]).toBe(
      String.raw`b_t &= \mu\,b_{t-1} + \left( \begin{cases} 1 & \text{if } t = 1 \\ 1 - \tau & \text{otherwise} \end{cases} \right)\,g_t`,
    );
  });

  it("keeps a condition on a hyperparameter that a schedule changes", () => {
    expect(rows(sgd({ momentum: (step) => 1 - 1 / step }))).toEqual([
      String.raw`b_t &= \mu_t\,b_{t-1} + g_t`,
      String.raw`u_t &= \begin{cases} g_t & \text{if } \mu_t = 0 \\ b_t & \text{otherwise} \end{cases}`,
      update,
    ]);
  });
});

describe("an expression", () => {
  const hyper = { a: 1, b: 2, k: 3, maxNorm: 1 };

  it.each([
    ["a - (b - k)", "a - (b - k)"],
    ["a - b - k", "a - b - k"],
    ["a + (b - k)", "a + b - k"],
    ["a + -b", "a + (-b)"],
    ["-a * b", String.raw`-a\,b`],
    ["a * -b", String.raw`a\,(-b)`],
    ["-(a + b)", "-(a + b)"],
    ["(-a)^2", "(-a)^2"],
    ["-a^2", "-a^2"],
    ["(a * b)^2", String.raw`(a\,b)^2`],
    ["(a / b)^2", String.raw`\left( \frac{a}{b} \right)^2`],
    ["a^b^2", "a^{b^2}"],
    ["a^(-b)", "a^{-b}"],
    ["a^(1 / 2)", "a^{1 / 2}"],
    ["a / b / k", String.raw`\frac{a / b}{k}`],
    ["a / (b * k)", String.raw`\frac{a}{b\,k}`],
    ["a / (b / k)", String.raw`\frac{a}{b / k}`],
    ["a * (b / k)", String.raw`a\,\frac{b}{k}`],
    ["2 * a", String.raw`2\,a`],
    ["a * 2 * b", String.raw`a \cdot 2\,b`],
    ["a * maxNorm * b", String.raw`a \cdot \mathrm{maxNorm} \cdot b`],
    ["1e-8 * a", String.raw`10^{-8}\,a`],
    ["a * 2.5e-7", String.raw`a \cdot 2.5 \cdot 10^{-7}`],
    ["0.00001^2", "(10^{-5})^2"],
    ["a % b", String.raw`a \bmod b`],
    ["2 * (a % b)", String.raw`2\,(a \bmod b)`],
  ])("%s", (text, expected) => {
    expect(expression(text, hyper)).toBe(expected);
  });

  it.each([
    ["abs(g)^2", String.raw`\lvert g_t \rvert^2`],
    ["norm(g) * g", String.raw`\lVert g_t \rVert\,g_t`],
    ["g / globalNorm(g)", String.raw`\frac{g_t}{\lVert g_t \rVert_{\mathrm{all}}}`],
    ["sqrt(p)^2", String.raw`(\sqrt{\theta_{t-1}})^2`],
    ["sqrt(p / 2)", String.raw`\sqrt{\frac{\theta_{t-1}}{2}}`],
    ["exp(-g)", String.raw`\exp(-g_t)`],
    ["log(p / 2)", String.raw`\log\left( \frac{\theta_{t-1}}{2} \right)`],
    ["floor(g)", String.raw`\lfloor g_t \rfloor`],
    ["sign(g) * g", String.raw`\operatorname{sign}(g_t)\,g_t`],
    ["g * max(g, 0)", String.raw`g_t \cdot \max(g_t, 0)`],
    ["clamp(g, -1, 1)", String.raw`\operatorname{clamp}(g_t, -1, 1)`],
    ["sum(g^2)", String.raw`\sum g_t^2`],
    ["sum(g + 1)", String.raw`\sum (g_t + 1)`],
    ["2 * globalSum(g)", String.raw`2\,\left( \sum_{\mathrm{all}} g_t \right)`],
    ["mean(g) - amax(g)", String.raw`\operatorname{mean}(g_t) - \max(g_t)`],
    ["g / globalMax(abs(g))", String.raw`\frac{g_t}{\max_{\mathrm{all}}(\lvert g_t \rvert)}`],
    [
      "rowMean(matmul(g, transpose(g + 1)))",
      String.raw`\operatorname{rowMean}(\operatorname{matmul}(g_t, (g_t + 1)^\top))`,
    ],
    [
      "where(g >= 0, g, where(g != -1, 0, size))",
      String.raw`\begin{cases} g_t & \text{if } g_t \ge 0 \\ 0 & \text{if } g_t \ne (-1) \\ \mathrm{size} & \text{otherwise} \end{cases}`,
    ],
  ])("%s", (text, expected) => {
    expect(expression(text)).toBe(expected);
  });
});

it("marks symbols with their names in the rule, if asked to", () => {
  const decay = rule({
    hyper: { beta1: 0.9, lr: 1 },
    state: { m: 0 },
    rule: "m = beta1 * m + g^2\nu = m",
  });
  const marked = latex(decay, { symbol: (name, tex) => `\\data{symbol=${name}}{${tex}}` });
  const names = [...marked.matchAll(/\\data\{symbol=(\w+)\}/g)].map(([, name]) => name);
  expect([...new Set(names)].sort()).toEqual(["beta1", "g", "lr", "m", "p", "u"]);
  const plain = marked.replaceAll(/\\data\{symbol=\w+\}\{((?:[^{}]|\{[^{}]*\})*)\}/g, "$1");
  expect(plain).toBe(latex(decay));
  expect(temml.renderToString(marked, { throwOnError: true, trust: true })).toContain(
    'data-symbol="beta1"',
  );
});
