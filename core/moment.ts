/** How many minutes before `now` an ISO 8601 moment lies; negative when it lies ahead. */
export function minutesSince(moment: string, now: Date): number {
  return (now.getTime() - Date.parse(moment)) / 60_000;
}

/** The earliest of some moments, those that are no dates left out. */
export function earliest(first: string, ...others: readonly string[]): string {
  const times = others.map((moment) => Date.parse(moment)).filter((time) => !Number.isNaN(time));
  return new Date(Math.min(Date.parse(first), ...times)).toISOString();
}

export function latest(moment: string | null, timeMs: number): string {
  return new Date(moment === null ? timeMs : Math.max(Date.parse(moment), timeMs)).toISOString();
}
