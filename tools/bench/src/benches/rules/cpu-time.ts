/**
 * Processor time of this process, its native threads included, in ns. What a neighbour does on the machine lengthens it far
 * less than it lengthens the clock's time.
 */
export function cpuNs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1_000;
}
