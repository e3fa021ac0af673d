/** The program of a page's worker as a file, because a policy may allow only the site's own files. */
import { listen, runThread, takeParts } from "./thread.ts";
import { words } from "./words.ts";

runThread(words, takeParts, listen);
