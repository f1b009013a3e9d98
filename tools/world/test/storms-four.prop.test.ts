import { testStorms } from "./storms.ts";

testStorms(7501, 2_500);
