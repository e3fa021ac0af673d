/**
 * Every transform, by itself and by name: what stands in a chain with an optimizer.
 *
 * @packageDocumentation
 */

// Written by scripts/registry.ts from the files in this folder.
import { adaptiveGradientClip } from "./adaptiveGradientClip.ts";
import { addNoise } from "./addNoise.ts";
import { applyEvery } from "./applyEvery.ts";
import { cautious } from "./cautious.ts";
import { centralize } from "./centralize.ts";
import { clipByBlockRms } from "./clipByBlockRms.ts";
import { clipByGlobalNorm } from "./clipByGlobalNorm.ts";
import { clipByNorm } from "./clipByNorm.ts";
import { clipByValue } from "./clipByValue.ts";
import { clipUpdateByBlockRms } from "./clipUpdateByBlockRms.ts";
import { clipUpdateByGlobalNorm } from "./clipUpdateByGlobalNorm.ts";
import { clipUpdateByNorm } from "./clipUpdateByNorm.ts";
import { clipUpdateByValue } from "./clipUpdateByValue.ts";
import { ema } from "./ema.ts";
import { gradientEma } from "./gradientEma.ts";
import { l2 } from "./l2.ts";
import { lookahead } from "./lookahead.ts";
import { maximize } from "./maximize.ts";
import { mechanize } from "./mechanize.ts";
import { normalize } from "./normalize.ts";
import { normalizeByUpdateNorm } from "./normalizeByUpdateNorm.ts";
import { polynomialAverage } from "./polynomialAverage.ts";
import { projectBox } from "./projectBox.ts";
import { projectHalfspace } from "./projectHalfspace.ts";
import { projectHyperplane } from "./projectHyperplane.ts";
import { projectL1Ball } from "./projectL1Ball.ts";
import { projectL1Sphere } from "./projectL1Sphere.ts";
import { projectL2Ball } from "./projectL2Ball.ts";
import { projectL2Sphere } from "./projectL2Sphere.ts";
import { projectLinfBall } from "./projectLinfBall.ts";
import { projectNonNegative } from "./projectNonNegative.ts";
import { projectSimplex } from "./projectSimplex.ts";
import { projectVector } from "./projectVector.ts";
import { scaleByParameterNorm } from "./scaleByParameterNorm.ts";
import { scaleByParameterRms } from "./scaleByParameterRms.ts";
import { scheduleFree } from "./scheduleFree.ts";
import { swa } from "./swa.ts";
import { trace } from "./trace.ts";
import { trustRatio } from "./trustRatio.ts";
import { unscale } from "./unscale.ts";
import { updateEma } from "./updateEma.ts";
import { updateTrace } from "./updateTrace.ts";
import { weightDecay } from "./weightDecay.ts";
import { zeroNans } from "./zeroNans.ts";

export * from "./adaptiveGradientClip.ts";
export * from "./addNoise.ts";
export * from "./applyEvery.ts";
export * from "./cautious.ts";
export * from "./centralize.ts";
export * from "./clipByBlockRms.ts";
export * from "./clipByGlobalNorm.ts";
export * from "./clipByNorm.ts";
export * from "./clipByValue.ts";
export * from "./clipUpdateByBlockRms.ts";
export * from "./clipUpdateByGlobalNorm.ts";
export * from "./clipUpdateByNorm.ts";
export * from "./clipUpdateByValue.ts";
export * from "./ema.ts";
export * from "./gradientEma.ts";
export * from "./l2.ts";
export * from "./lookahead.ts";
export * from "./maximize.ts";
export * from "./mechanize.ts";
export * from "./normalize.ts";
export * from "./normalizeByUpdateNorm.ts";
export * from "./polynomialAverage.ts";
export * from "./projectBox.ts";
export * from "./projectHalfspace.ts";
export * from "./projectHyperplane.ts";
export * from "./projectL1Ball.ts";
export * from "./projectL1Sphere.ts";
export * from "./projectL2Ball.ts";
export * from "./projectL2Sphere.ts";
export * from "./projectLinfBall.ts";
export * from "./projectNonNegative.ts";
export * from "./projectSimplex.ts";
export * from "./projectVector.ts";
export * from "./scaleByParameterNorm.ts";
export * from "./scaleByParameterRms.ts";
export * from "./scheduleFree.ts";
export * from "./swa.ts";
export * from "./trace.ts";
export * from "./trustRatio.ts";
export * from "./unscale.ts";
export * from "./updateEma.ts";
export * from "./updateTrace.ts";
export * from "./weightDecay.ts";
export * from "./zeroNans.ts";

/** Every transform by name. */
export const transforms: {
  readonly adaptiveGradientClip: typeof adaptiveGradientClip;
  readonly addNoise: typeof addNoise;
  readonly applyEvery: typeof applyEvery;
  readonly cautious: typeof cautious;
  readonly centralize: typeof centralize;
  readonly clipByBlockRms: typeof clipByBlockRms;
  readonly clipByGlobalNorm: typeof clipByGlobalNorm;
  readonly clipByNorm: typeof clipByNorm;
  readonly clipByValue: typeof clipByValue;
  readonly clipUpdateByBlockRms: typeof clipUpdateByBlockRms;
  readonly clipUpdateByGlobalNorm: typeof clipUpdateByGlobalNorm;
  readonly clipUpdateByNorm: typeof clipUpdateByNorm;
  readonly clipUpdateByValue: typeof clipUpdateByValue;
  readonly ema: typeof ema;
  readonly gradientEma: typeof gradientEma;
  readonly l2: typeof l2;
  readonly lookahead: typeof lookahead;
  readonly maximize: typeof maximize;
  readonly mechanize: typeof mechanize;
  readonly normalize: typeof normalize;
  readonly normalizeByUpdateNorm: typeof normalizeByUpdateNorm;
  readonly polynomialAverage: typeof polynomialAverage;
  readonly projectBox: typeof projectBox;
  readonly projectHalfspace: typeof projectHalfspace;
  readonly projectHyperplane: typeof projectHyperplane;
  readonly projectL1Ball: typeof projectL1Ball;
  readonly projectL1Sphere: typeof projectL1Sphere;
  readonly projectL2Ball: typeof projectL2Ball;
  readonly projectL2Sphere: typeof projectL2Sphere;
  readonly projectLinfBall: typeof projectLinfBall;
  readonly projectNonNegative: typeof projectNonNegative;
  readonly projectSimplex: typeof projectSimplex;
  readonly projectVector: typeof projectVector;
  readonly scaleByParameterNorm: typeof scaleByParameterNorm;
  readonly scaleByParameterRms: typeof scaleByParameterRms;
  readonly scheduleFree: typeof scheduleFree;
  readonly swa: typeof swa;
  readonly trace: typeof trace;
  readonly trustRatio: typeof trustRatio;
  readonly unscale: typeof unscale;
  readonly updateEma: typeof updateEma;
  readonly updateTrace: typeof updateTrace;
  readonly weightDecay: typeof weightDecay;
  readonly zeroNans: typeof zeroNans;
} = {
  adaptiveGradientClip,
  addNoise,
  applyEvery,
  cautious,
  centralize,
  clipByBlockRms,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  clipUpdateByBlockRms,
  clipUpdateByGlobalNorm,
  clipUpdateByNorm,
  clipUpdateByValue,
  ema,
  gradientEma,
  l2,
  lookahead,
  maximize,
  mechanize,
  normalize,
  normalizeByUpdateNorm,
  polynomialAverage,
  projectBox,
  projectHalfspace,
  projectHyperplane,
  projectL1Ball,
  projectL1Sphere,
  projectL2Ball,
  projectL2Sphere,
  projectLinfBall,
  projectNonNegative,
  projectSimplex,
  projectVector,
  scaleByParameterNorm,
  scaleByParameterRms,
  scheduleFree,
  swa,
  trace,
  trustRatio,
  unscale,
  updateEma,
  updateTrace,
  weightDecay,
  zeroNans,
};
