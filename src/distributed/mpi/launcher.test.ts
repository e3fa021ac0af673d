/** Who has started a process, and which library it then looks for. */
import { expect, test } from "vitest";
import { libraryPaths } from "./find.ts";
import { launcherOf } from "./launcher.ts";

test.each([
  [{}, undefined],
  [{ SLURM_NTASKS: "4" }, undefined],
  [{ OMPI_COMM_WORLD_SIZE: "4", PMIX_RANK: "1" }, ["Open MPI's mpirun", "Open MPI", 4]],
  [{ PMI_SIZE: "4", PMI_RANK: "1" }, ["MPICH's mpirun", "MPICH", 4]],
  [{ PMI_RANK: "1", SLURM_NTASKS: "8" }, ["srun", "MPICH", 8]],
  [{ PMIX_RANK: "1", SLURM_NTASKS: "8" }, ["a launcher with PMIx", undefined, 8]],
  [{ PMIX_RANK: "1" }, ["a launcher with PMIx", undefined, undefined]],
])("of %j it is %j", (environment, expected) => {
  const found = launcherOf(environment);
  expect(found && [found.name, found.implementation, found.ranks]).toEqual(expected);
});

test.each([
  [
    { OMPI_COMM_WORLD_SIZE: "4", OMPI_COMM_WORLD_RANK: "3", OMPI_COMM_WORLD_LOCAL_SIZE: "2" },
    [3, 2],
  ],
  [{ PMI_SIZE: "4", PMI_RANK: "1", MPI_LOCALNRANKS: "4" }, [1, 4]],
  [{ PMI_RANK: "1", SLURM_NTASKS: "8", SLURM_NTASKS_PER_NODE: "4" }, [1, 4]],
  [{ PMIX_RANK: "5", SLURM_NTASKS: "8" }, [5, undefined]],
  [{ PMI_SIZE: "4" }, [undefined, undefined]],
])("of %j this rank, and those here, are %j", (environment, expected) => {
  const found = launcherOf(environment)!;
  expect([found.rank, found.ranksHere]).toEqual(expected);
});

test("the launcher's library is looked for, or else all", () => {
  expect(libraryPaths("linux", "MPICH")).toEqual(["libmpich.so.12", "libmpi.so.12"]);
  expect(libraryPaths("linux", undefined)).toEqual([
    "libmpi.so.40",
    "libmpich.so.12",
    "libmpi.so.12",
  ]);
  expect(libraryPaths("darwin", "Open MPI")).toContain("/opt/homebrew/lib/libmpi.40.dylib");
  expect(libraryPaths("win32", undefined)).toEqual([]);
});
