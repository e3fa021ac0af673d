/*
 * Seconds of MPI's collectives from C: what the same in bench/mpi/rank.ts is measured against. Each argument is an operation, a
 * number of bytes and how often it is done, as `allReduce:4096:1000`; rank 0 prints a line for each: seconds for one, and the sum
 * of what the first one left on all ranks.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The same numbers in rank.ts: exact in float32, so that a sum of any order is the same. */
static float start(size_t i, int rank) { return (float)((i * 7 + (size_t)rank * 13) % 1009); }

static void part(size_t length, int rank, int size, size_t *from, size_t *to) {
  *from = length * rank / size;
  *to = length * (rank + 1) / size;
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  int rank, size;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  int *counts = malloc(size * sizeof *counts);
  for (int each = 1; each < argc; each++) {
    char name[32];
    size_t bytes, times;
    if (sscanf(argv[each], "%31[^:]:%zu:%zu", name, &bytes, &times) != 3) MPI_Abort(MPI_COMM_WORLD, 2);
    int scatters = strcmp(name, "reduceScatter") == 0;
    size_t length = bytes / sizeof(float), from, to;
    for (int other = 0; other < size; other++) {
      part(length, other, size, &from, &to);
      counts[other] = (int)(to - from);
    }
    part(length, rank, size, &from, &to);
    float *array = malloc(length * sizeof *array), *own = malloc(((to - from) + 1) * sizeof *own);
    for (size_t i = 0; i < length; i++) array[i] = start(i, rank);
    double sum = 0, seconds = 0;
    for (size_t turn = 0; turn < 2 * times; turn++) {
      if (turn == times) {
        MPI_Barrier(MPI_COMM_WORLD);
        seconds = -MPI_Wtime();
      }
      if (scatters) MPI_Reduce_scatter(array, own, counts, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
      else MPI_Allreduce(MPI_IN_PLACE, array, (int)length, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
      if (turn == 0) {
        for (size_t i = from; i < to; i++) sum += scatters ? own[i - from] : array[i];
      }
    }
    seconds = (seconds + MPI_Wtime()) / times;
    MPI_Allreduce(MPI_IN_PLACE, &seconds, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
    if (rank == 0) printf("%s %zu %.9e %.0f\n", name, bytes, seconds, sum);
    free(array);
    free(own);
  }
  MPI_Finalize();
  return 0;
}
