import { SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import type { STSClient } from '@aws-sdk/client-sts';
import type { VisitFailure } from '../core/observation.ts';
import type { AccountId, Region } from '../core/target.ts';
import { assumeRole } from './assume-role.ts';
import { errorKind, failureText } from './errors.ts';

export type AccountSession =
  | { kind: 'assumed'; ssm: (region: Region) => SSMClient }
  | { kind: 'denied' | 'throttled' | 'failed'; why: Pick<VisitFailure, 'message' | 'denial'> };

type MemberRole = { partition: string; roleName: string; sessionName: string };

/**
 * Identities for one batch of accounts. Nothing outlives the batch, so no credentials can be used past their hour or for another account.
 * SSM's endpoints belong to Regions, not accounts: all accounts of the batch share one set of sockets per Region.
 */
export function memberSessions(sts: STSClient, role: MemberRole) {
  const sockets = new Map<Region, NonNullable<SSMClientConfig['requestHandler']>>();
  const clients: SSMClient[] = [];

  const open = (region: Region, credentials: NonNullable<SSMClientConfig['credentials']>): SSMClient => {
    const requestHandler = sockets.get(region);
    const client = new SSMClient({ region, credentials, ...(requestHandler && { requestHandler }) });
    sockets.set(region, client.config.requestHandler);
    clients.push(client);
    return client;
  };

  return {
    async assume(accountId: AccountId): Promise<AccountSession> {
      const RoleArn = `arn:${role.partition}:iam::${accountId}:role/${role.roleName}`;
      try {
        const credentials = await assumeRole(sts, RoleArn, role.sessionName);
        return { kind: 'assumed', ssm: (region) => open(region, credentials) };
      } catch (error) {
        const kind = errorKind(error);
        return { kind: kind === 'denied' || kind === 'throttled' ? kind : 'failed', why: failureText(error) };
      }
    },
    close(): void {
      for (const client of clients) client.destroy();
    },
  };
}
