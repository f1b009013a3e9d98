import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * What takes a minute or more, by turns what waits and what computes. They begin first, so that none is left over when all else is done, and the
 * processors have work while others wait. By itself vitest begins with the largest files, and these are small.
 */
const LONG = [
  "tools/faults/test/separate-servers.int.test.ts",
  "tools/world/test/storms-one.prop.test.ts",
  "tools/faults/test/two-agents.int.test.ts",
  "tools/faults/test/lease-redelivery.int.test.ts",
  "tools/world/test/storms-two.prop.test.ts",
  "tools/faults/test/own-database.int.test.ts",
  "tools/faults/test/leases.int.test.ts",
  "tools/world/test/storms-three.prop.test.ts",
  "tools/package-agent/test/packaged-agent.int.test.ts",
  "tools/demo/test/demo.int.test.ts",
  "tools/world/test/storms-four.prop.test.ts",
];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const turnOf = ({ moduleId }: TestSpecification): number => {
      const turn = LONG.findIndex((file) => moduleId.endsWith(file));
      return turn < 0 ? LONG.length : turn;
    };
    return (await super.sort(files)).toSorted((left, right) => turnOf(left) - turnOf(right));
  }
}

export default defineConfig({
  test: {
    include: ["{packages,apps,tools}/*/{src,test}/**/*.test.ts", "test/**/*.test.ts"],
    // A hang must end; nothing in a test waits on purpose.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two cores, and integration tests wait more than they compute; many more would only starve each other.
    maxWorkers: 3,
    retry: 0,
    sequence: { sequencer: LongFirst },
  },
});
