// Prints the browser that the browser tests will use, or how to get one.
import { browserPath } from "../tests/browser/launch.ts";

try {
  console.log(browserPath());
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
