/** Metric series in memory, fed by embedded metric format lines as CloudWatch Logs extracts them. */

export type Dimensions = Readonly<Record<string, string>>;

export interface Series {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
  readonly points: { readonly atMs: number; readonly value: number }[];
}

export type Statistic = 'Average' | 'Sum' | 'Minimum' | 'Maximum' | 'SampleCount';

interface EmfRecord extends Record<string, unknown> {
  readonly _aws?: { readonly Timestamp: number; readonly CloudWatchMetrics: readonly EmfDirective[] };
}

interface EmfDirective {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string }[];
}

export class MetricStore {
  readonly #series = new Map<string, Series>();

  all(): readonly Series[] {
    return [...this.#series].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, series]) => series);
  }

  /** Takes one log line; a line that is not embedded metric format holds no metric (CloudWatch user guide, "Specification: Embedded metric format"). */
  ingest(line: string): void {
    if (!line.includes('"_aws"')) return;
    const record: EmfRecord = JSON.parse(line);
    for (const directive of record._aws?.CloudWatchMetrics ?? [])
      for (const keys of directive.Dimensions) this.#take(record, directive, keys);
  }

  /** The statistic of a series for the period that begins at `startMs`; undefined without data. */
  statistic(
    series: Series | undefined,
    statistic: Statistic,
    [startMs, endMs]: readonly [number, number],
  ): number | undefined {
    const values = series?.points.filter(({ atMs }) => atMs >= startMs && atMs < endMs).map(({ value }) => value) ?? [];
    if (values.length === 0) return undefined;
    const sum = values.reduce((all, value) => all + value, 0);
    const answers = {
      SampleCount: values.length,
      Sum: sum,
      Average: sum / values.length,
      Minimum: Math.min(...values),
      Maximum: Math.max(...values),
    };
    return answers[statistic];
  }

  lookUp(namespace: string, name: string, dimensions: Dimensions): Series | undefined {
    return this.#series.get(keyOf(namespace, name, dimensions));
  }

  #take(record: EmfRecord, { Namespace, Metrics }: EmfDirective, keys: readonly string[]): void {
    const dimensions = Object.fromEntries(keys.map((key) => [key, String(record[key])]));
    for (const { Name } of Metrics) {
      const { points } = this.#find(Namespace, Name, dimensions);
      for (const value of [record[Name]].flat())
        if (typeof value === 'number') points.push({ atMs: record._aws?.Timestamp ?? 0, value });
    }
  }

  #find(namespace: string, name: string, dimensions: Dimensions): Series {
    const key = keyOf(namespace, name, dimensions);
    const known = this.#series.get(key);
    if (known) return known;
    const series: Series = { namespace, name, dimensions, points: [] };
    this.#series.set(key, series);
    return series;
  }
}

function keyOf(namespace: string, name: string, dimensions: Dimensions): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
