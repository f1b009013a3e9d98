import { lockStateDir } from "../src/index.ts";

lockStateDir(process.argv[2] ?? "");
console.log("locked");
setInterval(() => {}, 60_000);
