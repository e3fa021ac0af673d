/** Small networks as a ground: every optimizer trains one of its own, from the same weights on the same batches. */
import type { Rule } from "gradus";
import { fashion } from "../networks/fashion.ts";
import type { NetworkProblem } from "../networks/problem.ts";
import { spirals } from "../networks/spirals.ts";
import { decisionSurface, shapesOf, Training } from "../networks/training.ts";
import type { GroundState, NetworkGround } from "../state.ts";
import type { Stepping } from "../stepping/stepping.ts";
import type { Ground, Racer } from "./ground.ts";

/** Cells of a side of the picture of what a network decides, and how far it reaches from the middle. */
export const [decisionCells, decisionReach] = [40, 1.15];

/** How many steps lie between two looks at the test examples. */
const between = 10;

/** The images, once they are here. */
let images: Uint8Array | undefined;

/** Gives the ground of images what `networks/images.ts` has written. */
export function provideImages(bytes: Uint8Array): void {
  images = bytes;
}

/** Whether a ground needs images that are not here. */
export const needsImages = (ground: GroundState): boolean =>
  ground.kind === "network" && ground.network === "fashion" && images === undefined;

/** @throws Error where the images have not been provided */
export function networkProblem({ network }: NetworkGround, seed: number): NetworkProblem {
  if (network === "spirals") return spirals(seed);
  if (images === undefined) throw new Error("The images have not arrived yet.");
  return fashion(images);
}

export class Network implements Ground {
  readonly kind = "network";
  readonly columns = ["loss", "accuracy"];
  /** Cross-entropy cannot be less. */
  readonly least = 0;
  readonly #problem: NetworkProblem;
  readonly #seed: number;
  readonly #stepping: Stepping;

  constructor(ground: NetworkGround, seed: number, stepping: Stepping) {
    this.#problem = networkProblem(ground, seed);
    this.#seed = seed;
    this.#stepping = stepping;
  }

  get shapes() {
    return shapesOf(this.#problem);
  }

  enter(rule: Rule): Racer {
    return new NetworkRacer(
      new Training(this.#problem, rule, this.#seed, this.#stepping),
      this.#problem.features === 2,
    );
  }
}

class NetworkRacer implements Racer {
  readonly #training: Training;
  readonly #hasPicture: boolean;
  #accuracy = 0;

  constructor(training: Training, hasPicture: boolean) {
    this.#training = training;
    this.#hasPicture = hasPicture;
  }

  get entered(): Promise<void> | undefined {
    return this.#training.entered;
  }

  step(): void | Promise<void> {
    return this.#training.next();
  }

  /** Of the batch that is next: what the step before it has made of the loss. */
  record(row: Float64Array): void {
    if (this.#training.step % between === 0) this.#accuracy = this.#training.accuracy();
    row[0] = this.#training.loss();
    row[1] = this.#accuracy;
  }

  picture(): Uint8Array | undefined {
    return this.#hasPicture
      ? decisionSurface(this.#training, decisionCells, decisionReach)
      : undefined;
  }

  dispose(): void {
    this.#training.dispose();
  }
}
