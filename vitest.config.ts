import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{packages,apps,tools}/*/{src,test}/**/*.test.ts", "test/**/*.test.ts"],
    // A hang must end; nothing in a test waits on purpose.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two cores, and integration tests wait more than they compute; many more would only starve each other.
    maxWorkers: 3,
    retry: 0,
  },
});
