// Trains with `outer` in several processes, and kills one of them while all of them save, again and again.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../../src/tasks/random.ts";
import { type Ending, killWhileSaving } from "../../tests/distributed/checkpoints/outerKills.ts";
import { launcherOf } from "../../tests/distributed/mpirun.ts";
import { bundleProgram } from "../../tests/distributed/programs.ts";
import { check, type Part, secondsSince } from "./part.ts";

/** The most kills of one training: each start gets at most three files further. */
const most = 5;

const bitsOf = (endings: readonly Ending[]) =>
  JSON.stringify(endings.map(({ from: _, ...each }) => each));

export const outerPart: Part = {
  name: "outer",
  async run({ kills: wanted, seed }, tell) {
    const start = performance.now();
    const folder = mkdtempSync(join(tmpdir(), "gradus-torture-"));
    const script = await bundleProgram(folder, "checkpoints/outerProgram.ts");
    const random = createRandom(seed);
    const implementation = launcherOf("Open MPI") === undefined ? "MPICH" : "Open MPI";
    const train = (ranksOf: (start: number) => number, kills: number) =>
      killWhileSaving(implementation, script, folder, ranksOf, kills, random);
    const whole = bitsOf((await train(() => 2, 0)).endings);
    let [kills, whileSaving] = [0, 0];
    for (let run = 0; kills < wanted; run++) {
      const next = Math.min(most, wanted - kills);
      const changes = run % 2 === 1;
      const ranksOf = () => (changes ? 1 + random.integer(4) : 2);
      const { endings, ...rest } = await train(ranksOf, next);
      kills += next;
      whileSaving += rest.whileSaving;
      check(
        changes || bitsOf(endings) === whole,
        `a run in ${folder}, which stays, ends elsewhere`,
      );
      const [first] = endings;
      const isSame = endings.every(({ shared }) => String(shared) === String(first!.shared));
      check(isSame, `ranks in ${folder}, which stays, end at other weights`);
    }
    tell({
      what: "kills of one of 1 to 4 ranks with `outer`, most of them while all save",
      times: kills,
      figures: `${whileSaving} hit a file that was not whole yet; each went on from a whole one, two ranks to the same bits as ones that nobody disturbs, other numbers with the same weights on all ranks; ${secondsSince(start)}`,
    });
    // After a failure the folder stays, to be examined.
    rmSync(folder, { recursive: true });
  },
};
