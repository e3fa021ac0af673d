/** A process of its own that draws examples, for they print, train and leave threads behind. It tells its parent each picture. */
import { drawings } from "./drawings.ts";

console.log = () => {};
for (const [file, draw] of Object.entries(drawings)) process.send!({ file, svg: await draw() });
process.disconnect();
process.exit();
