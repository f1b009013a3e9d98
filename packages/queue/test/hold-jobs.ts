// A process that takes all jobs of one site and holds them until it is killed: node hold-jobs.ts <redis url> <tenant> <site>
import { Secret, silentLogger, siteId, systemClock, systemRandom, tenantId } from "@cordon/core/kernel";
import { createRedisDispatchQueue } from "@cordon/queue";

const [url = "", tenant = "", site = ""] = process.argv.slice(2);
const queue = await createRedisDispatchQueue({
  url: new Secret(url),
  clock: systemClock,
  random: systemRandom,
  logger: silentLogger,
  timings: { lockMs: 800, renewEveryMs: 200, stalledEveryMs: 200 },
});
const taken = await queue.take({ tenantId: tenantId(tenant), siteId: siteId(site) }, 100);
console.log(`holding ${taken.length}`);
