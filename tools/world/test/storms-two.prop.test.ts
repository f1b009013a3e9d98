import { testStorms } from "./storms.ts";

testStorms(2501, 2_500);
