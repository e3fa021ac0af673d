// The folders and files of the command: other people's files stay, and a folder has one owner at a time.
import { availableParallelism } from "node:os";
import { contend } from "../../tests/command/owners.ts";
import { tryMany } from "../../tests/command/strangers.ts";
import { type Part, secondsSince } from "./part.ts";

export const folderPart: Part = {
  name: "folders",
  async run({ calls: wanted, rounds, seed }, tell) {
    const start = performance.now();
    const { calls, kills, refused } = await tryMany(wanted, seed, 1 + availableParallelism());
    tell({
      what: "calls of `gradus compare` and `gradus train` among a user's files, folders and links, around every path that they take",
      times: calls,
      figures: `each of these stayed as before; ${refused} calls were refused, ${kills} killed; ${secondsSince(start)}`,
    });
    const begin = performance.now();
    const { processes, owned, kills: ends } = await contend(rounds);
    tell({
      what: "two to five processes that lock one folder at once",
      times: rounds,
      figures: `never two owners; ${processes} processes owned it ${owned} times, ${ends} were killed while they did, others were slow at the worst moment; ${secondsSince(begin)}`,
    });
  },
};
