/** Draws examples in its own process, because they print, train and leave threads behind. It sends each picture to its parent. */
import { drawings } from "./drawings.ts";

console.log = () => {};
for (const [file, draw] of Object.entries(drawings)) process.send!({ file, svg: await draw() });
process.disconnect();
process.exit();
