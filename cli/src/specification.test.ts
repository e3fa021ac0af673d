import { adam, adamw, chain, clipByGlobalNorm } from "gradus";
import { describe, expect, it } from "vitest";
import { makeRule, parseRule, parseRules } from "./specification.ts";

describe("parseRules", () => {
  it("splits a list at commas outside parentheses", () => {
    const labels = parseRules("sgd, adam( beta1=0.8, beta2=0.99 ),clipByGlobalNorm(1)+adamw").map(
      ({ label }) => label,
    );
    expect(labels).toEqual(["sgd", "adam(beta1=0.8,beta2=0.99)", "clipByGlobalNorm(1)+adamw"]);
  });
});

describe("parseRule", () => {
  it("takes a comma for a plus, if a list is not expected", () => {
    const rule = parseRule("clipByGlobalNorm(1) , adam(beta1=0.8, beta2=0.99)");
    expect(rule.label).toBe("clipByGlobalNorm(1)+adam(beta1=0.8,beta2=0.99)");
    expect(rule).toEqual(parseRule(rule.label));
  });
});

describe("makeRule", () => {
  it("is the rule that the text describes", () => {
    const made = makeRule(parseRule("clipByGlobalNorm(0.5)+adamw(weightDecay=0.1)"));
    expect(made).toEqual(chain(clipByGlobalNorm(0.5), adamw({ weightDecay: 0.1 })));
  });

  it("sets the optimizer's learning rate, and overrides the one in the text", () => {
    const rated = makeRule(parseRule("clipByGlobalNorm+adam(lr=1,beta2=0.99)"), 0.25);
    expect(rated).toEqual(chain(clipByGlobalNorm(), adam({ lr: 0.25, beta2: 0.99 })));
  });

  it("gives it a schedule", () => {
    const schedule = (step: number) => 1 / step;
    expect(makeRule(parseRule("adam"), schedule).parts[0]!.hyper["lr"]).toBe(schedule);
  });
});
