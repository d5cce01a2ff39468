/** Inventory arrives, but what arrives is not to be trusted. */
import type { Delivery } from '../../services/ssm-delivery.ts';
import type { NodeInventory } from '../../services/ssm-fleet.ts';
import { faultKind, ofObjects, onlineNodes, type Scene, type Undo } from './fault.ts';

type Target = { readonly account: string; readonly region: string; readonly objects: number };
/** `index` counts the keys of the fault. */
type Bend = (body: Uint8Array, delivery: Delivery, index: number) => Uint8Array;

const STRANGER = '999999999999';

export const contentFaults = {
  /** Cut short: the last entry is not whole. */
  'malformed-object': faultKind({
    shape: ofObjects,
    act: (fault, scene) =>
      bend(upFromTheMiddle(fault, scene), scene, (body) => body.subarray(0, body.lastIndexOf(0x7d))),
  }),

  'empty-object': faultKind({
    shape: ofObjects,
    act: (fault, scene) => bend(upFromTheMiddle(fault, scene), scene, () => new Uint8Array()),
  }),

  /** The first key names another node, the second another account, and so on by turns. */
  'forged-object': faultKind({
    shape: ofObjects,
    act: (fault, scene) =>
      bend(downFromTheMiddle(fault, scene), scene, (body, { node }, index) => {
        const text = Buffer.from(body).toString();
        const other = `${node.id.slice(0, -1)}${node.id.endsWith('0') ? '1' : '0'}`;
        const forged =
          index % 2 === 0
            ? text.replaceAll(`"${node.id}"`, `"${other}"`)
            : text.replaceAll(/^\{/gm, `{"accountId":"${STRANGER}",`);
        return Buffer.from(forged);
      }),
  }),
};

/** Nodes are taken from the middle of the order of their ids, where neither silent nor stale ones are, and forgeries on the other side of it. */
function upFromTheMiddle(fault: Target, scene: Scene): string[] {
  const nodes = onlineNodes(fault, scene);
  const middle = Math.floor(nodes.length / 2);
  return keysOf([...nodes.slice(middle), ...nodes.slice(0, middle)], fault.objects);
}

function downFromTheMiddle(fault: Target, scene: Scene): string[] {
  const nodes = onlineNodes(fault, scene);
  const middle = Math.floor(nodes.length / 2);
  return keysOf([...nodes.slice(middle), ...nodes.slice(0, middle)].reverse(), fault.objects);
}

/** What changes most often comes first: of a node that churns every second report brings new packages or, without an association, patches. */
const OFTEN = ['AWS:Application', 'AWS:ComplianceItem'];

/** `<node>/<type>`: one key of each node, then a second one of each, and so on. */
function keysOf(nodes: readonly NodeInventory[], count: number): string[] {
  const byNode = nodes.map((inventory) => {
    const types = inventory.items().map(({ type }) => type);
    const often = OFTEN.filter((type) => types.includes(type));
    return [...often, ...types.filter((type) => !often.includes(type))].map((type) => `${inventory.node.id}/${type}`);
  });
  const most = Math.max(0, ...byNode.map(({ length }) => length));
  const rounds = Array.from({ length: most }, (_, round) => byNode.flatMap((keys) => keys[round] ?? []));
  return rounds.flat().slice(0, count);
}

function bend(keys: readonly string[], { ssm }: Scene, change: Bend): Undo {
  const places = new Map(keys.map((key, index) => [key, index]));
  return ssm.onDelivery((delivery) => {
    const [type] = delivery.key.split('/');
    const index = places.get(`${delivery.node.id}/${type}`);
    return index === undefined ? delivery : { ...delivery, body: () => change(delivery.body(), delivery, index) };
  });
}
