/** The program of a page's worker as a file: policies may allow the site's own files only. */
import { listen, runThread, takeParts } from "./thread.ts";
import { words } from "./words.ts";

runThread(words, takeParts, listen);
