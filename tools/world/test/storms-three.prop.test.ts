import { testStorms } from "./storms.ts";

testStorms(5001, 2_500);
