/** Builds the site to be tested, from the shipped files. */
import { run } from "../../scripts/setup.js";
import build from "../support/build.ts";

export default async function setup(): Promise<void> {
  await build();
  if ((await run("npm", ["run", "--silent", "site:build"])) !== 0)
    throw new Error("the site's build failed");
}
