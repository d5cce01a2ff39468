/** CloudFormation's intrinsic functions ("Intrinsic function reference", CloudFormation template reference), pure. */

export type Json = null | boolean | number | string | Json[] | JsonObject;
interface JsonObject {
  [key: string]: Json;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: JsonObject;
  readonly DependsOn?: string | string[];
  readonly Condition?: string;
}

export interface Template {
  readonly Parameters?: Record<string, { Type: string; Default?: string | number }>;
  readonly Mappings?: Record<string, Record<string, JsonObject>>;
  readonly Conditions?: Record<string, Json>;
  readonly Resources: Record<string, TemplateResource>;
  readonly Outputs?: Record<string, { Value: Json; Export?: { Name: Json }; Condition?: string }>;
}

type Problem =
  | 'CircularDependency'
  | 'InvalidIntrinsic'
  | 'MissingParameter'
  | 'ResourceRefused'
  | 'UnknownReference'
  | 'UnsupportedProperty'
  | 'UnsupportedResource';

/** A template that cannot be provisioned; `name` says why. */
export class TemplateError extends Error {
  override readonly name: Problem;

  constructor(name: Problem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/** What a template is resolved against. `undefined` means that the thing does not exist. */
export interface Scope {
  /** `AWS::Region` and its like. */
  readonly pseudo: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  ref(logicalId: string): string | undefined;
  attribute(logicalId: string, name: string): Json | undefined;
  exported(name: string): string | undefined;
}

/** Values of one template; `undefined` is `AWS::NoValue`, which drops the property or list item that holds it. */
export class Resolver {
  readonly #template: Template;
  readonly #scope: Scope;
  readonly #conditions = new Map<string, boolean>();

  constructor(template: Template, scope: Scope) {
    this.#template = template;
    this.#scope = scope;
  }

  value(node: Json): Json | undefined {
    if (Array.isArray(node)) return node.map((item) => this.value(item)).filter((item) => item !== undefined);
    if (node === null || typeof node !== 'object') return node;
    const entries = Object.entries(node);
    const [only] = entries;
    if (only && entries.length === 1 && isIntrinsic(...only)) return this.#call(...only);
    const resolved: JsonObject = {};
    for (const [key, item] of entries) {
      const value = this.value(item);
      if (value !== undefined) resolved[key] = value;
    }
    return resolved;
  }

  /** Whether a named condition holds; no condition always does. */
  condition(name: string | undefined): boolean {
    if (name === undefined) return true;
    let holds = this.#conditions.get(name);
    if (holds === undefined) {
      const expression = this.#template.Conditions?.[name];
      if (expression === undefined) throw new TemplateError('UnknownReference', `there is no condition ${name}`);
      holds = this.value(expression) === true;
      this.#conditions.set(name, holds);
    }
    return holds;
  }

  #call(name: string, argument: Json): Json | undefined {
    switch (name) {
      case 'Ref':
        return this.#ref(text(argument, name));
      case 'Condition':
        return this.condition(text(argument, name));
      case 'Fn::GetAtt':
        return this.#attribute(argument);
      case 'Fn::Sub':
        return this.#substitute(argument);
      case 'Fn::If': {
        const [condition = '', then = '', otherwise = ''] = list(argument, name);
        return this.value(this.condition(text(condition, name)) ? then : otherwise);
      }
      case 'Fn::ImportValue':
        return this.#import(text(this.value(argument), name));
      case 'Fn::FindInMap':
        return this.#find(list(this.value(argument), name));
      case 'Fn::GetAZs':
        return ['a', 'b', 'c'].map((zone) => `${this.value(argument) || this.#ref('AWS::Region')}${zone}`);
    }
    const apply = FUNCTIONS[name];
    if (!apply) throw new TemplateError('InvalidIntrinsic', `${name} is not supported`);
    return apply(this.value(argument));
  }

  #ref(name: string): Json | undefined {
    if (name === 'AWS::NoValue') return undefined;
    const pseudo = this.#scope.pseudo[name];
    if (pseudo !== undefined) return pseudo;
    const parameter = this.#template.Parameters?.[name];
    if (parameter) {
      const given = this.#scope.parameters[name] ?? parameter.Default;
      if (given === undefined) throw new TemplateError('MissingParameter', `the parameter ${name} has no value`);
      return /^(Comma|List)/.test(parameter.Type) ? String(given).split(',') : String(given);
    }
    const physicalId = this.#scope.ref(name);
    if (physicalId === undefined) throw new TemplateError('UnknownReference', `Ref to ${name}, which does not exist`);
    return physicalId;
  }

  #attribute(argument: Json): Json {
    const [logicalId = '', ...names] =
      typeof argument === 'string' ? argument.split('.') : list(argument, 'Fn::GetAtt');
    const name = text(names.length > 1 ? names.join('.') : this.value(names[0] ?? ''), 'Fn::GetAtt');
    const value = this.#scope.attribute(text(logicalId, 'Fn::GetAtt'), name);
    if (value === undefined)
      throw new TemplateError('UnknownReference', `Fn::GetAtt of ${logicalId}.${name}, which does not exist`);
    return value;
  }

  #substitute(argument: Json): string {
    const [pattern = '', more = {}] = typeof argument === 'string' ? [argument] : list(argument, 'Fn::Sub');
    const variables = this.value(more);
    return text(pattern, 'Fn::Sub').replace(/\$\{(!?)([^}]+)\}/g, (_all, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      const variable = isObject(variables) ? variables[name] : undefined;
      return String(variable ?? (name.includes('.') ? this.#attribute(name) : this.#ref(name)));
    });
  }

  #find([map = '', first = '', second = '', options = {}]: Json[]): Json {
    const found = this.#template.Mappings?.[String(map)]?.[String(first)]?.[String(second)];
    const value = found ?? (isObject(options) ? options['DefaultValue'] : undefined);
    if (value === undefined) throw new TemplateError('UnknownReference', `no mapping ${map}.${first}.${second}`);
    return value;
  }

  #import(name: string): string {
    const value = this.#scope.exported(name);
    if (value === undefined) throw new TemplateError('UnknownReference', `there is no export named ${name}`);
    return value;
  }
}

/** Functions of their resolved argument alone. */
const FUNCTIONS: Readonly<Record<string, (argument: Json | undefined) => Json>> = {
  'Fn::Join': (argument) => {
    const [delimiter, items] = list(argument, 'Fn::Join');
    return list(items, 'Fn::Join').join(text(delimiter, 'Fn::Join'));
  },
  'Fn::Select': (argument) => {
    const [index, items] = list(argument, 'Fn::Select');
    const item = list(items, 'Fn::Select')[Number(index)];
    if (item === undefined) throw new TemplateError('InvalidIntrinsic', `Fn::Select: there is no item ${index}`);
    return item;
  },
  'Fn::Split': (argument) => {
    const [delimiter, whole] = list(argument, 'Fn::Split');
    return text(whole, 'Fn::Split').split(text(delimiter, 'Fn::Split'));
  },
  'Fn::Equals': (argument) => {
    const [left, right] = list(argument, 'Fn::Equals');
    return JSON.stringify(left) === JSON.stringify(right);
  },
  'Fn::And': (argument) => list(argument, 'Fn::And').every((item) => item === true),
  'Fn::Or': (argument) => list(argument, 'Fn::Or').some((item) => item === true),
  'Fn::Not': (argument) => list(argument, 'Fn::Not')[0] !== true,
  'Fn::Contains': (argument) => {
    const [items, item] = list(argument, 'Fn::Contains');
    return list(items, 'Fn::Contains').some((other) => other === item);
  },
  'Fn::Base64': (argument) => Buffer.from(text(argument, 'Fn::Base64')).toString('base64'),
  'Fn::ToJsonString': (argument) => JSON.stringify(argument),
  'Fn::Length': (argument) => list(argument, 'Fn::Length').length,
};

/** Logical ids such that each comes after all it refers to or depends on. Throws `CircularDependency`, or `UnknownReference` for a DependsOn of nothing. */
export function deploymentOrder(template: Template): string[] {
  const order: string[] = [];
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]) => {
    if (done.has(id)) return;
    if (path.includes(id)) throw new TemplateError('CircularDependency', [...path, id].join(' -> '));
    const resource = template.Resources[id];
    if (!resource) throw new TemplateError('UnknownReference', `${path.at(-1)} depends on ${id}, which does not exist`);
    const references = referencesIn(resource.Properties ?? {}).filter((name) => name in template.Resources);
    for (const dependency of [resource.DependsOn ?? [], references].flat()) visit(dependency, [...path, id]);
    done.add(id);
    order.push(id);
  };
  for (const id of Object.keys(template.Resources)) visit(id, []);
  return order;
}

/** First parts of everything that Ref, Fn::GetAtt and Fn::Sub name. */
function referencesIn(node: Json): string[] {
  if (node === null || typeof node !== 'object') return [];
  if (Array.isArray(node)) return node.flatMap(referencesIn);
  return Object.entries(node).flatMap(([key, value]) => [...namesIn(key, value), ...referencesIn(value)]);
}

function namesIn(key: string, value: Json): string[] {
  const first = String(Array.isArray(value) ? value[0] : value);
  if (key === 'Ref') return [first];
  if (key === 'Fn::GetAtt') return first.split('.', 1);
  if (key === 'Fn::Sub') return [...first.matchAll(/\$\{([^!}.]+)/g)].flatMap(([, name]) => name ?? []);
  return [];
}

/** A policy statement has a `Condition` too, but never a bare string. */
function isIntrinsic(name: string, argument: Json): boolean {
  return name === 'Ref' || name.startsWith('Fn::') || (name === 'Condition' && typeof argument === 'string');
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: Json | undefined, where: string): Json[] {
  if (Array.isArray(value)) return value;
  throw new TemplateError('InvalidIntrinsic', `${where} takes a list, not ${JSON.stringify(value)}`);
}

function text(value: Json | undefined, where: string): string {
  if (typeof value === 'string') return value;
  throw new TemplateError('InvalidIntrinsic', `${where} takes a string, not ${JSON.stringify(value)}`);
}
