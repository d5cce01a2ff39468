/** Metric series in memory, fed by embedded metric format lines as CloudWatch Logs extracts them. */

interface Series {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface StoredSeries extends Series {
  readonly points: { readonly atMs: number; readonly value: number }[];
}

interface EmfRecord extends Record<string, unknown> {
  readonly _aws?: { readonly Timestamp: number; readonly CloudWatchMetrics: readonly EmfDirective[] };
}

interface EmfDirective {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string }[];
}

const STATISTICS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SampleCount: (values) => values.length,
  Sum: sum,
  Average: (values) => sum(values) / values.length,
  Minimum: (values) => Math.min(...values),
  Maximum: (values) => Math.max(...values),
};

export class MetricStore {
  readonly #series = new Map<string, StoredSeries>();

  /** In the order of namespace, name and dimensions. */
  all(): readonly StoredSeries[] {
    return [...this.#series].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, series]) => series);
  }

  /** Takes one log line; a line that is not embedded metric format holds no metric (CloudWatch user guide, "Specification: Embedded metric format"). */
  ingest(line: string): void {
    if (!line.includes('"_aws"')) return;
    const record: EmfRecord = JSON.parse(line);
    for (const directive of record._aws?.CloudWatchMetrics ?? [])
      for (const keys of directive.Dimensions) this.#take(record, directive, keys);
  }

  /** The statistic of what a series has from the first moment until before the second; undefined without data. */
  statistic(series: Series, name: string, [startMs, endMs]: readonly [number, number]): number | undefined {
    const points = this.#series.get(keyOf(series))?.points ?? [];
    const values = points.filter(({ atMs }) => atMs >= startMs && atMs < endMs).map(({ value }) => value);
    return values.length === 0 ? undefined : STATISTICS[name]?.(values);
  }

  #take(record: EmfRecord, { Namespace: namespace, Metrics }: EmfDirective, keys: readonly string[]): void {
    const dimensions = Object.fromEntries(keys.map((key) => [key, String(record[key])]));
    const atMs = record._aws?.Timestamp ?? 0;
    for (const { Name: name } of Metrics) {
      const key = keyOf({ namespace, name, dimensions });
      const series = this.#series.get(key) ?? { namespace, name, dimensions, points: [] };
      this.#series.set(key, series);
      for (const value of [record[name]].flat()) if (typeof value === 'number') series.points.push({ atMs, value });
    }
  }
}

function keyOf({ namespace, name, dimensions }: Series): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
