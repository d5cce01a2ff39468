/** An error that a service answers, by the name its model gives it. The wire turns it into what the protocol prescribes. */
export class AwsFault extends Error {
  /** HTTP status; undefined: what the service's model says for this error, else 400. */
  readonly status: number | undefined;
  /** Further modelled members, such as `SyncName`. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(name: string, message: string, more: { status?: number; fields?: Record<string, unknown> } = {}) {
    super(message);
    this.name = name;
    this.status = more.status;
    this.fields = more.fields ?? {};
  }
}
