// Several processes that begin, resume and save in one folder of checkpoints at the same time.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { saveTogether } from "../../tests/checkpoint/together.ts";
import { type Part, secondsSince } from "./part.ts";

export const togetherPart: Part = {
  name: "together",
  async run({ rounds, seed }, tell) {
    const start = performance.now();
    const root = mkdtempSync(join(tmpdir(), "gradus-torture-"));
    try {
      const { saved, refused, gone } = await saveTogether(root, rounds, seed);
      tell({
        what: "two to five processes that start, resume and save in one folder at the same time",
        times: rounds,
        figures: `${saved} checkpoints were reported: each was there and complete, or (${gone}) was removed after as many newer ones as are kept; ${refused} saves were refused, because another run had saved; a third of the rounds had no hard links; ${secondsSince(start)}`,
      });
    } finally {
      rmSync(root, { recursive: true });
    }
  },
};
