/** What a check comes to, and the one way in which checks look at AWS. */
import { errorKind, errorMessage } from '../../aws/errors.ts';

/** `warn`: a deployment works, but not as the config asks. `skipped`: nobody could look. */
export type Status = 'pass' | 'warn' | 'fail' | 'skipped';

export interface Finding {
  readonly status: Status;
  /** One sentence. */
  readonly says: string;
  /** Commands that mend it, in their order. */
  readonly mend?: readonly string[];
}

/** `nothing`: there is no such thing. `unseen` says why nobody could look. */
export type Look<T> = { kind: 'seen'; value: T } | { kind: 'nothing' } | { kind: 'unseen'; finding: Finding };

/** Looks once. `permission` is the action that the caller needs, told when it is refused. */
export async function look<T>(permission: string, read: () => Promise<T>): Promise<Look<T>> {
  try {
    return { kind: 'seen', value: await read() };
  } catch (error) {
    const kind = errorKind(error);
    if (kind === 'not-found') return { kind: 'nothing' };
    const says =
      kind === 'denied' ? `could not look: you need ${permission}` : `could not look: ${errorMessage(error)}`;
    return { kind: 'unseen', finding: { status: 'skipped', says } };
  }
}

export const pass = (says: string): Finding => ({ status: 'pass', says });
export const warn = (says: string, ...mend: string[]): Finding => ({ status: 'warn', says, mend });
export const fail = (says: string, ...mend: string[]): Finding => ({ status: 'fail', says, mend });
export const skip = (says: string): Finding => ({ status: 'skipped', says });
