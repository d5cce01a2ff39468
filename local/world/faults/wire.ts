/** A share of the calls of Muster's functions does not get through. */
import { z } from 'zod';
import { faultKind } from './fault.ts';

const ofCalls = { service: z.string().min(1), rate: z.number().min(0).max(1) };

export const wireFaults = {
  throttle: faultKind({
    shape: ofCalls,
    act: ({ service, rate }, { interference }) => interference.add({ kind: 'throttled', service, rate }),
  }),

  unavailable: faultKind({
    shape: ofCalls,
    act: ({ service, rate }, { interference }) => interference.add({ kind: 'unavailable', service, rate }),
  }),
};
