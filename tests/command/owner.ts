/**
 * A process that tries to own a folder, for tests/command/owners.ts. As long as it does, it has a file beside the folder. It
 * creates
 * the file only if there is none, or if the process that made it was killed.
 */
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { FolderLock } from "../../cli/src/lock/lock.ts";

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return readFileSync(`/proc/${id}/stat`, "utf8").split(") ")[1]?.[0] !== "Z";
  } catch {
    return false;
  }
}

/** Claims the folder, and reports another process that also claims it. */
function claim(path: string, faults: string): void {
  for (;;) {
    try {
      writeFileSync(path, `${process.pid}`, { flag: "wx" });
      return;
    } catch {
      const other = Number(readFileSync(path, "utf8"));
      if (other === 0 || isRunning(other)) {
        appendFileSync(faults, `${process.pid} owns it while ${other} does\n`);
        return;
      }
      rmSync(path, { force: true });
    }
  }
}

/**
 * Owns the folder a few times, or is refused. It may end itself as the owner.
 * @param ends "ends" if it ends the first time that it owns the folder, for which it waits
 */
export async function own(
  folder: string,
  claimed: string,
  faults: string,
  ends = "",
): Promise<void> {
  for (let turn = 0; turn < 4 || ends !== ""; turn++) {
    try {
      const lock = await FolderLock.take(folder);
      claim(claimed, faults);
      process.stdout.write("o");
      await setTimeout(15 * Math.random());
      if (readFileSync(claimed, "utf8") !== `${process.pid}`) {
        appendFileSync(faults, `${process.pid} was not alone\n`);
      }
      if (ends !== "" || Math.random() < 0.3) process.kill(process.pid, "SIGKILL");
      rmSync(claimed);
      lock.release();
    } catch (error) {
      // Every other error than "process ... is at the run" is a fault.
      if (!/ is working on the run in /.test(`${error}`)) appendFileSync(faults, `${error}\n`);
    }
    await setTimeout(10 * Math.random());
  }
}
