// Rules of the largest length: each is planned for all backends within seconds, or refused with its own error.
import fc from "fast-check";
import { RuleError } from "../../src/index.ts";
import { longRule, longRules, planEverywhere } from "../../tests/support/planning.ts";
import { check, type Part } from "./part.ts";

/** A thousandth of the inputs for each reader, because each of these has some 10,000 characters. */
const share = 1000;
const mostSeconds = 15;
const mostBytes = 1.5e9;

export const rulePart: Part = {
  name: "rules",
  run({ inputs, seed }, tell) {
    const count = Math.ceil(inputs / share);
    let [slowest, accepted] = [0, 0];
    for (const text of fc.sample(longRules, { numRuns: count, seed })) {
      const start = process.cpuUsage();
      try {
        planEverywhere(longRule(text));
        accepted += 1;
      } catch (error) {
        check(error instanceof RuleError, `a rule: ${error}\n${text.slice(0, 300)}`);
      }
      const { user, system } = process.cpuUsage(start);
      const seconds = (user + system) / 1e6;
      check(seconds < mostSeconds, `a rule took ${seconds} s:\n${text.slice(0, 300)}`);
      slowest = Math.max(slowest, seconds);
    }
    const { maxRSS } = process.resourceUsage();
    check(maxRSS * 1024 < mostBytes, `rules took ${maxRSS} kB`);
    tell({
      what: "rules of up to 20,000 characters, planned for all backends and explained",
      times: count,
      figures: `${accepted} were accepted, and the others refused at the place where they exceed a limit; the slowest took ${slowest.toFixed(1)} s; all together took at most ${Math.round(maxRSS / 1024)} MB`,
    });
  },
};
