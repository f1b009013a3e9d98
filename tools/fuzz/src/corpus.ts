import type { SeededRandom } from "@cordon/testkit";
import { changeBytes } from "./mutate/change-bytes.ts";
import { changeJson } from "./mutate/change-json.ts";
import { changeProtobuf } from "./mutate/change-protobuf.ts";
import { asText, type FuzzTarget, utf8 } from "./target.ts";

/** Inputs that each reached something new; beyond it a random one gives way. */
const CORPUS_MAX = 2_000;
/** What any text parser may treat in its own way. */
const COMMON_WORDS = [
  "__proto__",
  "constructor",
  "null",
  "true",
  "1e999",
  "-0",
  "9007199254740993",
  "18446744073709551616",
  "\u0000",
  "\ufeff",
  "\u2028",
  "\ud7ff",
  "\\u0000",
  "\\ud800",
  "[[[[[[[[",
  '{"a":',
  "\n",
  "\r\n",
  '"',
  "'",
  "\\",
];
/** Changes on top of each other in one input. */
const CHANGES_MAX = 4;

export interface Corpus {
  readonly size: number;
  /** A new input, made of those that are there. */
  next(): Uint8Array;
  add(input: Uint8Array): void;
}

/** The inputs that a run makes new ones from. The same seed gives the same inputs, as long as the same ones are added. */
export function createCorpus(target: FuzzTarget, random: SeededRandom): Corpus {
  const inputs = [...target.seeds];
  const words = [...target.words, ...COMMON_WORDS];
  const wordBytes = words.map(utf8);

  function changeOnce(input: Uint8Array): Uint8Array {
    const shaped = random.integer(3) > 0;
    if (shaped && target.shape === "json") return utf8(changeJson(asText(input), target.words, random));
    if (shaped && target.shape === "protobuf") return changeProtobuf(input, random);
    return changeBytes(input, random.pick(inputs), wordBytes, random);
  }

  return {
    get size() {
      return inputs.length;
    },
    next() {
      let input = random.pick(inputs);
      const changes = 1 + random.integer(CHANGES_MAX);
      for (let count = 0; count < changes; count++) input = changeOnce(input).subarray(0, target.bytesMax);
      return input;
    },
    add(input) {
      if (inputs.length < CORPUS_MAX) inputs.push(input);
      else inputs[target.seeds.length + random.integer(CORPUS_MAX - target.seeds.length)] = input;
    },
  };
}
