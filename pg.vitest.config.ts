import { join } from "node:path";
import { defineConfig } from "vitest/config";
export default defineConfig({ resolve: { alias: [
 { find: /^gradus$/, replacement: join(import.meta.dirname, "src/index.ts") },
 { find: /^gradus\/([\w-]+)$/, replacement: join(import.meta.dirname, "src/$1/index.ts") } ] },
 test: { include: ["tests/site/playground.test.ts"], testTimeout: 45000, hookTimeout: 30000, reporters: ["verbose"] } });
