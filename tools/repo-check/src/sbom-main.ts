import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { readBill } from "./bill-of-materials.ts";

/** `npm run sbom`: to standard output, or into the file that is named. */
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");
const bill = readBill(root);
const text = `${JSON.stringify(bill, null, 2)}\n`;
const [file] = process.argv.slice(2);
if (file === undefined) process.stdout.write(text);
else {
  writeFileSync(file, text);
  console.error(`${file}: ${bill.components.length} components, CycloneDX 1.6.`);
}
