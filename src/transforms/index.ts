import { clipByGlobalNorm } from "./clipByGlobalNorm.ts";
import { clipByNorm } from "./clipByNorm.ts";
import { clipByValue } from "./clipByValue.ts";
import { ema } from "./ema.ts";
import { l2 } from "./l2.ts";

export { clipByGlobalNorm, clipByNorm, clipByValue, ema, l2 };

/** Every transform by name. */
export const transforms = { clipByGlobalNorm, clipByNorm, clipByValue, ema, l2 } as const;
