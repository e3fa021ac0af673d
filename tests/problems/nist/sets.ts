/** NIST's nonlinear regressions: the files beside this one, and their models. */
import { readdirSync, readFileSync } from "node:fs";

/** y for predictors x and parameters b, both from 0: NIST's b1 is `b[0]`. */
type Model = (x: readonly number[], b: readonly number[]) => number;

export interface Regression {
  readonly name: string;
  /** Lower, Average or Higher. */
  readonly difficulty: string;
  readonly model: Model;
  /** The predictors of each observation. */
  readonly x: readonly (readonly number[])[];
  /** The observed values of the model: the response, or its logarithm. */
  readonly y: readonly number[];
  /** Two starts, of which the second is nearer. */
  readonly starts: readonly (readonly number[])[];
  readonly certified: {
    readonly parameters: readonly number[];
    readonly standardErrors: readonly number[];
    readonly residualSumOfSquares: number;
    readonly residualStandardDeviation: number;
  };
}

const { PI, atan, cos, exp, sin } = Math;

const saturation: Model = ([x], [b1, b2]) => b1! * (1 - exp(-b2! * x!));
const ultrasonic: Model = ([x], [b1, b2, b3]) => exp(-b1! * x!) / (b2! + b3! * x!);
const bells: Model = ([x], [b1, b2, b3, b4, b5, b6, b7, b8]) =>
  b1! * exp(-b2! * x!) +
  b3! * exp(-((x! - b4!) ** 2) / b5! ** 2) +
  b6! * exp(-((x! - b7!) ** 2) / b8! ** 2);
const cubicRatio: Model = ([x], [b1, b2, b3, b4, b5, b6, b7]) =>
  (b1! + b2! * x! + b3! * x! ** 2 + b4! * x! ** 3) / (1 + b5! * x! + b6! * x! ** 2 + b7! * x! ** 3);
const threeDecays: Model = ([x], [b1, b2, b3, b4, b5, b6]) =>
  b1! * exp(-b2! * x!) + b3! * exp(-b4! * x!) + b5! * exp(-b6! * x!);

const models: Readonly<Record<string, Model>> = {
  Bennett5: ([x], [b1, b2, b3]) => b1! * (b2! + x!) ** (-1 / b3!),
  BoxBOD: saturation,
  Chwirut1: ultrasonic,
  Chwirut2: ultrasonic,
  DanWood: ([x], [b1, b2]) => b1! * x! ** b2!,
  ENSO: ([x], [b1, b2, b3, b4, b5, b6, b7, b8, b9]) => {
    const [year, first, second] = [12, b4!, b7!].map((period) => (2 * PI * x!) / period);
    return (
      b1! +
      (b2! * cos(year!) + b3! * sin(year!)) +
      (b5! * cos(first!) + b6! * sin(first!)) +
      (b8! * cos(second!) + b9! * sin(second!))
    );
  },
  Eckerle4: ([x], [b1, b2, b3]) => (b1! / b2!) * exp(-0.5 * ((x! - b3!) / b2!) ** 2),
  Gauss1: bells,
  Gauss2: bells,
  Gauss3: bells,
  Hahn1: cubicRatio,
  Kirby2: ([x], [b1, b2, b3, b4, b5]) =>
    (b1! + b2! * x! + b3! * x! ** 2) / (1 + b4! * x! + b5! * x! ** 2),
  Lanczos1: threeDecays,
  Lanczos2: threeDecays,
  Lanczos3: threeDecays,
  MGH09: ([x], [b1, b2, b3, b4]) => (b1! * (x! ** 2 + x! * b2!)) / (x! ** 2 + x! * b3! + b4!),
  MGH10: ([x], [b1, b2, b3]) => b1! * exp(b2! / (x! + b3!)),
  MGH17: ([x], [b1, b2, b3, b4, b5]) => b1! + b2! * exp(-x! * b4!) + b3! * exp(-x! * b5!),
  Misra1a: saturation,
  Misra1b: ([x], [b1, b2]) => b1! * (1 - (1 + (b2! * x!) / 2) ** -2),
  Misra1c: ([x], [b1, b2]) => b1! * (1 - (1 + 2 * b2! * x!) ** -0.5),
  Misra1d: ([x], [b1, b2]) => (b1! * b2! * x!) / (1 + b2! * x!),
  Nelson: ([x1, x2], [b1, b2, b3]) => b1! - b2! * x1! * exp(-b3! * x2!),
  Rat42: ([x], [b1, b2, b3]) => b1! / (1 + exp(b2! - b3! * x!)),
  Rat43: ([x], [b1, b2, b3, b4]) => b1! / (1 + exp(b2! - b3! * x!)) ** (1 / b4!),
  Roszman1: ([x], [b1, b2, b3, b4]) => b1! - b2! * x! - atan(b3! / (x! - b4!)) / PI,
  Thurber: cubicRatio,
};

const folder = new URL("./", import.meta.url);

const numbersIn = (line: string): number[] => line.trim().split(/\s+/).map(Number);

function read(file: string): Regression {
  const name = file.replace(".dat", "");
  const text = readFileSync(new URL(file, folder), "utf8");
  const lines = text.split(/\r?\n/);
  const start = lines.findLastIndex((line) => line.startsWith("Data:"));
  const rows = lines
    .slice(start + 1)
    .filter((line) => line.trim() !== "")
    .map(numbersIn);
  // b1 = first start, second start, certified value, its standard deviation
  const table = [...text.matchAll(/^ *b\d+ *=(.*)$/gm)].map(([, rest]) => numbersIn(rest!));
  const column = (k: number) => table.map((row) => row[k]!);
  const certified = (what: string) => Number(new RegExp(`${what}:\\s+(\\S+)`).exec(text)?.[1]);
  return {
    name,
    difficulty: /(\w+) Level of Difficulty/.exec(text)![1]!,
    model: models[name]!,
    x: rows.map(([, ...x]) => x),
    y: rows.map(([y]) => (name === "Nelson" ? Math.log(y!) : y!)),
    starts: [column(0), column(1)],
    certified: {
      parameters: column(2),
      standardErrors: column(3),
      residualSumOfSquares: certified("Residual Sum of Squares"),
      residualStandardDeviation: certified("Residual Standard Deviation"),
    },
  };
}

/** All 27, by name. */
export const regressions: readonly Regression[] = readdirSync(folder)
  .filter((file) => file.endsWith(".dat"))
  .sort()
  .map(read);
