/** Why a query failed, in Athena's words and numbers (Athena user guide, "Athena error catalog" and "Troubleshooting in Athena"). */
import type { AwsFault } from '../cloud/aws-fault.ts';
import { UNCASTABLE } from './athena-functions.ts';

/** The catalog's `ErrorType` for each class of error; all of them are the user's (category 2) except the last. */
const ERROR_TYPES = {
  GENERIC_USER_ERROR: 1000,
  HIVE_BAD_DATA: 1001,
  HIVE_TOO_MANY_OPEN_PARTITIONS: 1000,
  HIVE_PATH_ALREADY_EXISTS: 1000,
  TABLE_ALREADY_EXISTS: 1000,
  HIVE_CURSOR_ERROR: 1001,
  DDL_FAILED: 1003,
  HIVE_INVALID_METADATA: 1004,
  HIVE_COLUMN_ORDER_MISMATCH: 1004,
  HIVE_PARTITION_SCHEMA_MISMATCH: 1004,
  HIVE_UNSUPPORTED_FORMAT: 1201,
  NOT_SUPPORTED: 1200,
  AMBIGUOUS_NAME: 1006,
  COLUMN_NOT_FOUND: 1006,
  EXPRESSION_NOT_AGGREGATE: 1006,
  TYPE_MISMATCH: 1006,
  BYTES_SCANNED: 1008,
  EXPRESSION_NOT_CONSTANT: 1006,
  INVALID_PARAMETER_USAGE: 1006,
  INVALID_CAST_ARGUMENT: 1106,
  INVALID_FUNCTION_ARGUMENT: 1106,
  NUMERIC_VALUE_OUT_OF_RANGE: 1106,
  HIVE_INVALID_VIEW_DATA: 1107,
  INVALID_VIEW: 1107,
  VIEW_IS_RECURSIVE: 1107,
  VIEW_IS_STALE: 1107,
  TABLE_NOT_FOUND: 1110,
  SCHEMA_NOT_FOUND: 1301,
  FUNCTION_NOT_FOUND: 1303,
  S3_NOT_FOUND: 1306,
  S3_REFUSED: 1009,
  GLUE_PERMISSION: 1500,
  PERMISSION_DENIED: 1501,
  GENERIC_INTERNAL_ERROR: 200,
} as const;

/** Codes by which only we know the error: Athena's message does not begin with them. */
const UNNAMED = ['DDL_FAILED', 'BYTES_SCANNED', 'S3_NOT_FOUND', 'S3_REFUSED', 'GLUE_PERMISSION'];

export class QueryFailure extends Error {
  readonly code: keyof typeof ERROR_TYPES;
  /** The message without the code before it. */
  readonly detail: string;

  constructor(code: keyof typeof ERROR_TYPES, detail: string, options?: ErrorOptions) {
    super(UNNAMED.includes(code) ? detail : `${code}: ${detail}`, options);
    this.code = code;
    this.detail = detail;
  }

  /** "If any query that runs in the workgroup exceeds the limit, it is canceled" (user guide, "Setting data usage control limits"). */
  get state(): 'CANCELLED' | 'FAILED' {
    return this.code === 'BYTES_SCANNED' ? 'CANCELLED' : 'FAILED';
  }

  get athenaError() {
    const ErrorCategory = this.code === 'GENERIC_INTERNAL_ERROR' ? 1 : 2;
    return { ErrorCategory, ErrorType: ERROR_TYPES[this.code], Retryable: false, ErrorMessage: this.message };
  }
}

/** Where Athena says what is wrong: `line 1:8` of a name in the statement. */
export type Locate = (name: string) => string;

const ENGINE_TYPES: Readonly<Record<string, string>> = {
  INT8: 'TINYINT',
  INT16: 'SMALLINT',
  INT32: 'INT',
  INT64: 'BIGINT',
  BOOL: 'BOOLEAN',
  FLOAT: 'REAL',
  INTEGER_LITERAL: 'integer',
  STRING_LITERAL: 'varchar',
};
const typeName = (type = '') => ENGINE_TYPES[type] ?? type.toLowerCase();

function columnNotFound(name: string, locate: Locate): QueryFailure {
  const why = 'cannot be resolved or requester is not authorized to access requested resources';
  return new QueryFailure('COLUMN_NOT_FOUND', `${locate(name)}: Column '${name}' ${why}`);
}

type Translation = readonly [RegExp, (match: readonly string[], locate: Locate) => QueryFailure];

/** What the engine says, and what Athena would. */
const TRANSLATIONS: readonly Translation[] = [
  [/Referenced (?:column|table) "(.+?)" (?:was )?not found/, ([, name = ''], locate) => columnNotFound(name, locate)],
  [/"(.+?)" does not have a column named "(.+?)"/, ([, table, name], at) => columnNotFound(`${table}.${name}`, at)],
  [/Could not find key "(.+?)" in struct/, ([, name = ''], locate) => columnNotFound(name, locate)],
  [
    /Ambiguous reference to column name "(.+?)"/,
    ([, name = ''], locate) => new QueryFailure('AMBIGUOUS_NAME', `${locate(name)}: Column '${name}' is ambiguous`),
  ],
  [
    /column "?(.+?)"? must appear in the GROUP BY clause/,
    ([, name = ''], locate) =>
      new QueryFailure(
        'EXPRESSION_NOT_AGGREGATE',
        `${locate(name)}: '${name}' must be an aggregate expression or appear in GROUP BY clause`,
      ),
  ],
  [
    /types '(\w+)\((.*?)\)'/,
    ([, name = '', types = ''], locate) => {
      const given = types.split(', ').map(typeName).join(', ');
      return new QueryFailure(
        'FUNCTION_NOT_FOUND',
        `${locate(name)}: Unexpected parameters (${given}) for function ${name}`,
      );
    },
  ],
  [
    /Cannot compare values of type (\w+) .*?and type (\w+)/,
    ([, left, right]) =>
      new QueryFailure('TYPE_MISMATCH', `${typeName(left)} and ${typeName(right)} cannot be compared`),
  ],
  [
    /function call "(\S+?)\((\w+), (\w+)\)"/,
    ([, operator, left, right]) =>
      new QueryFailure('TYPE_MISMATCH', `'${operator}' cannot be applied to ${typeName(left)}, ${typeName(right)}`),
  ],
  [
    /Could not convert string '(.*)' to (\w+)/s,
    ([, text, type]) => new QueryFailure('INVALID_CAST_ARGUMENT', `Cannot cast '${text}' to ${typeName(type)}`),
  ],
  [
    /invalid (date|timestamp) field format: "(.*?)"/,
    ([, type, text]) => new QueryFailure('INVALID_CAST_ARGUMENT', `Value cannot be cast to ${type}: ${text}`),
  ],
  [
    /Map keys must be unique/,
    () => new QueryFailure('INVALID_FUNCTION_ARGUMENT', 'Duplicate map keys are not allowed'),
  ],
  [
    /Macro (\w+)\(\) does not support the supplied arguments/,
    ([, name = ''], locate) =>
      new QueryFailure('FUNCTION_NOT_FOUND', `${locate(name)}: Unexpected parameters for function ${name}`),
  ],
  [
    /[Oo]ut of [Rr]ange|Overflow/,
    () => new QueryFailure('NUMERIC_VALUE_OUT_OF_RANGE', 'the number does not fit its type'),
  ],
];

/** An error of the engine behind the embedded Athena as Athena's own; its wording is kept only where there is no translation. */
export function engineFailure(error: unknown, locate: Locate): QueryFailure {
  const text = String(error).replaceAll(UNCASTABLE, '').replaceAll('list_concat', 'concat');
  for (const [pattern, translate] of TRANSLATIONS) {
    const match = pattern.exec(text);
    if (match) return translate(match, locate);
  }
  const [said = ''] = text.split('\n');
  return new QueryFailure('GENERIC_USER_ERROR', `the embedded Athena cannot run this query (${said})`, {
    cause: error,
  });
}

export function unresolvedColumn(name: string, locate: Locate): QueryFailure {
  return columnNotFound(name, locate);
}

/** What Glue refused, as the reason of a failed query. */
export function glueFailure({ name, message }: AwsFault, requestId: string): QueryFailure {
  const service = `(Service: AmazonDataCatalog; Status Code: 400; Error Code: ${name}; Request ID: ${requestId}; Proxy: null)`;
  return name.startsWith('AccessDenied')
    ? new QueryFailure('GLUE_PERMISSION', `Insufficient permissions to execute the query. ${message} ${service}`)
    : new QueryFailure('GENERIC_USER_ERROR', `${message} ${service}`);
}

/** What S3 refused; `path` is the object or folder. */
export function s3Failure({ name, message, status }: AwsFault, path: string, requestId: string): QueryFailure {
  const isDenied = name.startsWith('AccessDenied');
  const service = `(Service: Amazon S3; Status Code: ${isDenied ? 403 : (status ?? 400)}; Error Code: ${name}; Request ID: ${requestId}) (Path: ${path})`;
  if (!isDenied)
    return new QueryFailure(name.startsWith('NoSuch') ? 'S3_NOT_FOUND' : 'S3_REFUSED', `${message} ${service}`);
  const details = message === 'Access Denied' ? message : `Access Denied: ${message}`;
  return new QueryFailure('PERMISSION_DENIED', `${details} ${service}`);
}

/** S3 or KMS refused the results. */
export function outputFailure(url: string, fault: AwsFault): QueryFailure {
  return new QueryFailure(
    'PERMISSION_DENIED',
    `Access denied when writing output to url: ${url} . Please ensure you are allowed to access the S3 bucket. If you are encrypting query results with KMS key, please ensure you are allowed to access your KMS key`,
    { cause: fault },
  );
}
