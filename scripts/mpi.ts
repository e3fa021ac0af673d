// Prints the MPI libraries that the tests will use, or how to get them.
import { implementations, requireLauncher } from "../tests/distributed/mpirun.ts";

try {
  console.log(implementations.map(requireLauncher).join(", "));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
