// Fuzzes the readers of outside input, with the requested number of inputs for each.
import { fuzz } from "../../tests/support/fuzz.ts";
import { targets } from "../../tests/support/fuzzing.ts";
import type { Part } from "./part.ts";

/** Batches of inputs. Each has its own seed, which the error names. */
const lot = 50_000;

export const fuzzingPart: Part = {
  name: "fuzzing",
  run({ inputs, seed }, tell) {
    for (const target of targets) {
      let [done, accepted, seconds, slowest, share, most] = [0, 0, 0, 0, 0, 0];
      for (; done < inputs; done += lot) {
        const found = fuzz(target, Math.min(lot, inputs - done), seed + done / lot);
        accepted += found.accepted;
        seconds += found.seconds;
        slowest = Math.max(slowest, found.slowest);
        share = Math.max(share, found.share);
        most = Math.max(most, found.most);
      }
      tell({
        what: `inputs for ${target.name}`,
        times: inputs,
        figures: `${accepted} were valid, and all others were refused with the reader's own errors; the slowest took ${(1000 * slowest).toFixed(1)} ms; at most ${share.toFixed(2)} of the limit of 50 ms and 20 ns a byte; at most ${(most / 1e6).toFixed(0)} MB of memory; ${seconds.toFixed(0)} s`,
      });
    }
  },
};
