/*
 * The floor: Adam and AdamW as loops in C, with the widest vectors of the machine, and copies of the
 * same bytes. Answers requests of one line with one line (see ../cLoop.ts).
 *
 * Compile with: cc -O3 -march=native -fno-math-errno -fopenmp floor.c -lm
 * (-fno-math-errno lets the compiler use the vectors' square root.) No store bypasses the caches,
 * except where the C library's memcpy decides to.
 */
#define _GNU_SOURCE
#include <math.h>
#include <omp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum kind { ADAM, ADAMW, COPY, MEMCPY };
static const char *const kinds[] = {"adam", "adamw", "copy", "memcpy"};

struct tensor {
  size_t length;
  void *p, *g, *m, *v;
};

struct contestant {
  enum kind kind;
  int wide; /* float64 */
  double lr, beta1, beta2, eps, decay;
  long t;
  size_t count, elements;
  struct tensor *tensors;
};

enum { MOST = 64 };
static struct contestant *contestants[MOST];
static int threads = 1;

/* The values that all elements of a step share. */
struct step {
  double rate, scale, beta1, rest1, beta2, rest2, eps, kept;
};

/* Elements from..to of a tensor. Division and square root are those of the machine's vectors. */
#define LOOPS(T, SQRT, WORD)                                                                       \
  static void adam_##T(const struct tensor *x, size_t from, size_t to, const struct step *s) {     \
    T *restrict p = x->p, *restrict m = x->m, *restrict v = x->v;                                  \
    const T *restrict g = x->g;                                                                    \
    const T rate = s->rate, scale = s->scale, beta1 = s->beta1, rest1 = s->rest1,                  \
            beta2 = s->beta2, rest2 = s->rest2, eps = s->eps, kept = s->kept;                      \
    for (size_t i = from; i < to; i++) {                                                           \
      T mean = beta1 * m[i] + rest1 * g[i];                                                        \
      T square = beta2 * v[i] + rest2 * (g[i] * g[i]);                                             \
      m[i] = mean;                                                                                 \
      v[i] = square;                                                                               \
      p[i] = kept * p[i] - (rate * mean) / (SQRT(square * scale) + eps);                           \
    }                                                                                              \
  }                                                                                                \
  /* Reads four arrays and writes three: m is stored in p, v in m, and the bits of g or p in v. */ \
  static void copy_##T(const struct tensor *x, size_t from, size_t to) {                           \
    WORD *restrict p = x->p, *restrict m = x->m, *restrict v = x->v;                               \
    const WORD *restrict g = x->g;                                                                 \
    for (size_t i = from; i < to; i++) {                                                           \
      WORD last = p[i] | g[i];                                                                     \
      p[i] = m[i];                                                                                 \
      m[i] = v[i];                                                                                 \
      v[i] = last;                                                                                 \
    }                                                                                              \
  }                                                                                                \
  static void fill_##T(struct contestant *c, int gradient, const T *tile, size_t length) {         \
    size_t at = 0;                                                                                 \
    for (size_t k = 0; k < c->count; k++) {                                                        \
      T *to = gradient ? c->tensors[k].g : c->tensors[k].p;                                        \
      for (size_t i = 0; i < c->tensors[k].length; i++) {                                          \
        to[i] = tile[at];                                                                          \
        at = at + 1 == length ? 0 : at + 1;                                                        \
      }                                                                                            \
    }                                                                                              \
  }                                                                                                \
  static double distance_##T(const struct contestant *c, const double *tile, size_t length) {      \
    size_t at = 0;                                                                                 \
    double largest = 0;                                                                            \
    for (size_t k = 0; k < c->count; k++) {                                                        \
      const T *p = c->tensors[k].p;                                                                \
      for (size_t i = 0; i < c->tensors[k].length; i++) {                                          \
        double distance = fabs(p[i] - tile[at]);                                                   \
        largest = distance <= largest ? largest : distance; /* Keeps NaN. */                      \
        at = at + 1 == length ? 0 : at + 1;                                                        \
      }                                                                                            \
    }                                                                                              \
    return largest;                                                                                \
  }

LOOPS(float, sqrtf, uint32_t)
LOOPS(double, sqrt, uint64_t)

/* Copies 14 of each element's 28 bytes (28 of 56): three arrays and half of one. */
static void copy_bytes(const struct tensor *x, size_t from, size_t to, size_t width) {
  size_t start = from * width, whole = (to - from) * width;
  memcpy((char *)x->p + start, (char *)x->v + start, whole);
  memcpy((char *)x->g + start, (char *)x->m + start, whole);
  memcpy((char *)x->m + start, (char *)x->v + start, whole);
  memcpy((char *)x->v + start, (char *)x->p + start, whole / 2);
}

static void run_range(struct contestant *c, const struct tensor *x, size_t from, size_t to,
                      const struct step *s) {
  if (c->kind == MEMCPY) {
    copy_bytes(x, from, to, c->wide ? 8 : 4);
  } else if (c->kind == COPY) {
    (c->wide ? copy_double : copy_float)(x, from, to);
  } else {
    (c->wide ? adam_double : adam_float)(x, from, to, s);
  }
}

/* Large tensors are split into pieces of whole cache lines; small ones go to the threads in turn. */
static void run_share(struct contestant *c, const struct step *s, size_t share, size_t shares) {
  for (size_t k = 0; k < c->count; k++) {
    const struct tensor *x = &c->tensors[k];
    if (x->length >= 16384) {
      size_t from = x->length * share / shares & ~(size_t)15;
      size_t to = share + 1 == shares ? x->length : x->length * (share + 1) / shares & ~(size_t)15;
      run_range(c, x, from, to, s);
    } else if (k % shares == share) {
      run_range(c, x, 0, x->length, s);
    }
  }
}

static void run_step(struct contestant *c) {
  c->t += 1;
  const struct step s = {
      .rate = c->lr / (1 - pow(c->beta1, c->t)),
      .scale = 1 / (1 - pow(c->beta2, c->t)),
      .beta1 = c->beta1,
      .rest1 = 1 - c->beta1,
      .beta2 = c->beta2,
      .rest2 = 1 - c->beta2,
      .eps = c->eps,
      .kept = c->kind == ADAMW ? 1 - c->lr * c->decay : 1,
  };
  if (threads == 1 || c->elements < 8192) {
    run_share(c, &s, 0, 1);
    return;
  }
#pragma omp parallel num_threads(threads)
  run_share(c, &s, omp_get_thread_num(), omp_get_num_threads());
}

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return 1e3 * t.tv_sec + 1e-6 * t.tv_nsec;
}

static void *array(size_t bytes) {
  size_t padded = (bytes + 63) / 64 * 64;
  void *result = aligned_alloc(64, padded);
  if (result != NULL) {
    memset(result, 0, padded);
  }
  return result;
}

/* The contents of a file; the caller frees them. */
static void *contents(const char *path, size_t *bytes) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    return NULL;
  }
  fseek(file, 0, SEEK_END);
  *bytes = ftell(file);
  rewind(file);
  void *result = malloc(*bytes);
  if (fread(result, 1, *bytes, file) != *bytes) {
    free(result);
    result = NULL;
  }
  fclose(file);
  return result;
}

static int fill(struct contestant *c, int gradient, const char *path) {
  size_t bytes;
  void *tile = contents(path, &bytes);
  if (tile == NULL) {
    return 0;
  }
  if (c->wide) {
    fill_double(c, gradient, tile, bytes / 8);
  } else {
    fill_float(c, gradient, tile, bytes / 4);
  }
  free(tile);
  return 1;
}

static char *word(void) { return strtok(NULL, " \n"); }
static double number(void) { return atof(word()); }

/* make ID KIND TYPE LR BETA1 BETA2 EPS DECAY START LENGTH... */
static void make(int id) {
  struct contestant *c = calloc(1, sizeof *c);
  const char *kind = word();
  while (strcmp(kinds[c->kind], kind) != 0) {
    c->kind++;
  }
  c->wide = strcmp(word(), "float64") == 0;
  c->lr = number(), c->beta1 = number(), c->beta2 = number();
  c->eps = number(), c->decay = number();
  const char *start = word();
  c->tensors = malloc(100000 * sizeof *c->tensors);
  size_t width = c->wide ? 8 : 4;
  for (char *length = word(); length != NULL; length = word()) {
    struct tensor *x = &c->tensors[c->count++];
    x->length = strtoull(length, NULL, 10);
    c->elements += x->length;
    x->p = array(x->length * width), x->g = array(x->length * width);
    x->m = array(x->length * width), x->v = array(x->length * width);
    if (!x->p || !x->g || !x->m || !x->v) {
      puts("error no memory");
      return;
    }
  }
  contestants[id] = c;
  puts(fill(c, 0, start) ? "ok" : "error cannot read the parameters");
}

static void clear(void) {
  for (int id = 0; id < MOST; id++) {
    struct contestant *c = contestants[id];
    for (size_t k = 0; c != NULL && k < c->count; k++) {
      free(c->tensors[k].p), free(c->tensors[k].g);
      free(c->tensors[k].m), free(c->tensors[k].v);
    }
    if (c != NULL) {
      free(c->tensors);
    }
    free(c);
    contestants[id] = NULL;
  }
  puts("ok");
}

static void run(struct contestant *c, long count) {
  double wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
  for (long k = 0; k < count; k++) {
    run_step(c);
  }
  wall = now(CLOCK_MONOTONIC) - wall, cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  printf("%.9g %.9g\n", wall, cpu);
}

static void distance(struct contestant *c, const char *path) {
  size_t bytes;
  double *tile = contents(path, &bytes);
  if (tile == NULL) {
    puts("error cannot read what is expected");
    return;
  }
  printf("%.17g\n", (c->wide ? distance_double : distance_float)(c, tile, bytes / 8));
  free(tile);
}

int main(int argc, char **argv) {
  threads = argc > 1 ? atoi(argv[1]) : 1;
  char *line = NULL;
  size_t room = 0;
  while (getline(&line, &room, stdin) > 0) {
    const char *command = strtok(line, " \n");
    int id = strcmp(command, "clear") == 0 ? 0 : atoi(word());
    if (strcmp(command, "make") == 0) {
      make(id);
    } else if (strcmp(command, "gradients") == 0) {
      puts(fill(contestants[id], 1, word()) ? "ok" : "error cannot read the gradients");
    } else if (strcmp(command, "run") == 0) {
      run(contestants[id], atol(word()));
    } else if (strcmp(command, "distance") == 0) {
      distance(contestants[id], word());
    } else {
      clear();
    }
    fflush(stdout);
  }
  return 0;
}
