import { UserError, type Place } from "../errors.js";
import { openDuckDb } from "./duckdb.js";
import { cellText } from "../result.js";
import { lineAndColumn } from "./sql-error.js";

/** What one SELECT statement names, read from its syntax tree without running or binding anything. */
export interface SqlFacts {
  /** Tables outside the statement, `schema.name` or `name`, with the place of their first mention. */
  tables: Map<string, Place>;
  /** Parameters without their `$`, with the place of their first mention. */
  parameters: Map<string, Place>;
  /** Every column name that is mentioned, without its qualifier. */
  columns: Map<string, Place>;
  /** Output names computed from columns: `city as town` gives town -> {city}; {@link anyColumn} where that is not told. */
  aliases: Map<string, Set<string>>;
  /** Functions that it calls. */
  functions: Set<string>;
  /** Whether some `*` takes all columns of what it reads. */
  hasStar: boolean;
}

/** Reads SELECT statements into {@link SqlFacts}. It holds an engine of its own: close it. */
export interface SqlReader {
  /** @throws UserError for anything but one SELECT that reads tables by name, with its file:line:column. */
  read(sql: string, file: string, firstLine?: number): Promise<SqlFacts>;
  close(): void;
}

export async function openSqlReader(): Promise<SqlReader> {
  const engine = await openDuckDb({ threads: 1 });
  const session = await engine.connect();
  return {
    async read(sql, file, firstLine = 1) {
      const statement = "select json_serialize_sql($sql::varchar, skip_null := true, skip_empty := true)";
      const { rows } = await session.query(statement, { sql });
      const tree = JSON.parse(cellText(rows[0]?.[0])) as SerializedSql;
      return factsOf(tree, sql, (index) => {
        const { line, column } = lineAndColumn(sql, index);
        return { file, line: line + firstLine - 1, column };
      });
    },
    close() {
      session.close();
      engine.close();
    },
  };
}

interface SerializedSql {
  error: boolean;
  error_message?: string;
  error_subtype?: string;
  position?: string;
  statements?: { node: TreeNode }[];
}

interface TreeNode {
  [field: string]: unknown;
}

/** Functions whose answer depends on the moment, the machine or chance: the same input would not give the same output. */
const unrepeatable = new Set(
  [
    "now current_date current_time current_timestamp get_current_time get_current_timestamp transaction_timestamp",
    "current_localtime current_localtimestamp today localtime localtimestamp random gen_random_uuid uuid uuidv4 uuidv7",
    "setseed getenv getvariable pg_backend_pid txid_current nextval currval current_setting version age(x)",
  ]
    .join(" ")
    .split(" ")
    .concat("using sample"),
);

/** Those that are called by their bare name; the others, so written, are columns. */
const withoutParentheses = new Set(
  "current_date current_time current_timestamp localtime localtimestamp".split(" "),
);

/** Table functions that compute rows out of their arguments alone. */
const pureTableFunctions = new Set([
  "range",
  "generate_series",
  "unnest",
  "json_each",
  "json_tree",
  "repeat",
]);

function factsOf(tree: SerializedSql, sql: string, place: (index: number) => Place): SqlFacts {
  if (tree.error) {
    const position = Number(tree.position ?? 0);
    const notSelect = tree.error_message?.startsWith("Only SELECT");
    throw new UserError(
      notSelect
        ? "expected one SELECT statement, found another kind of statement"
        : `SQL ${tree.error_message ?? "error"}`,
      {
        place: place(position),
        hint: notSelect
          ? "Write only the SELECT: the table is made from its result. A PIVOT names its values: on x in ('a', 'b')."
          : "Mend the SQL.",
      },
    );
  }
  const [statement, second] = tree.statements ?? [];
  if (!statement || second) {
    const found = second ? "several statements" : "none";
    throw new UserError(`expected one SELECT statement, found ${found}`, {
      place: place(0),
      hint: "Keep one SELECT a file, without anything after its semicolon.",
    });
  }
  const facts: SqlFacts = {
    tables: new Map(),
    parameters: new Map(),
    columns: new Map(),
    aliases: new Map(),
    functions: new Set(),
    hasStar: false,
  };
  visit(statement.node, new Set(), facts, (node) => place(indexOf(node, sql)));
  return facts;
}

type PlaceOf = (node: TreeNode) => Place;

function visit(value: unknown, ctes: ReadonlySet<string>, facts: SqlFacts, placeOf: PlaceOf): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, ctes, facts, placeOf);
    return;
  }
  if (!isNode(value)) return;
  switch (value.type) {
    case "BASE_TABLE":
      readTable(value, ctes, facts, placeOf);
      break;
    case "TABLE_FUNCTION":
      refuseTableFunction(value, placeOf);
      break;
    case "SHOW_REF":
      throw refusal(value, placeOf, "SHOW, DESCRIBE and SUMMARIZE", "Select from tables instead.");
    case "VALUE_PARAMETER":
      noteFirst(facts.parameters, String(value.identifier), placeOf(value));
      break;
    case "COLUMN_REF":
      if (Array.isArray(value.column_names)) {
        const name = String(value.column_names.at(-1)).toLowerCase();
        if (value.column_names.length === 1 && withoutParentheses.has(name))
          refuseUnrepeatable(name, value, placeOf);
        noteFirst(facts.columns, name, placeOf(value));
        noteAlias(value, facts);
      }
      break;
    case "STAR":
      facts.hasStar = true;
      break;
    case "FUNCTION":
      facts.functions.add(functionName(value));
      refuseUnrepeatable(functionName(value), value, placeOf);
      break;
  }
  if (isNode(value.sample)) {
    refuseUnrepeatable("using sample", value, placeOf);
  }
  if (Array.isArray(value.column_name_alias)) noteColumnAliases(value.column_name_alias, value, facts);
  if (value.class !== "COLUMN_REF" && typeof value.alias === "string" && "class" in value)
    noteAlias(value, facts);

  let visible = ctes;
  const cteMap = value.cte_map;
  if (isNode(cteMap) && Array.isArray(cteMap.map)) visible = visitCtes(cteMap.map, ctes, facts, placeOf);
  if (value.type === "RECURSIVE_CTE_NODE" || value.type === "CTE_NODE") {
    const name = String(value.cte_name).toLowerCase();
    visit(value.left ?? value.query, visible, facts, placeOf);
    visit(value.right ?? value.child, new Set([...visible, name]), facts, placeOf);
    return;
  }
  for (const [field, child] of Object.entries(value)) {
    if (field !== "cte_map") visit(child, visible, facts, placeOf);
  }
}

/** Each common table expression sees those before it; a recursive one handles itself. */
function visitCtes(
  entries: unknown[],
  ctes: ReadonlySet<string>,
  facts: SqlFacts,
  placeOf: PlaceOf,
): Set<string> {
  const visible = new Set(ctes);
  for (const entry of entries) {
    if (!isNode(entry)) continue;
    visit(entry.value, visible, facts, placeOf);
    if (isNode(entry.value) && Array.isArray(entry.value.aliases))
      noteColumnAliases(entry.value.aliases, entry.value, facts);
    visible.add(String(entry.key).toLowerCase());
  }
  return visible;
}

function readTable(node: TreeNode, ctes: ReadonlySet<string>, facts: SqlFacts, placeOf: PlaceOf): void {
  const name = String(node.table_name).toLowerCase();
  const schema = typeof node.schema_name === "string" ? node.schema_name.toLowerCase() : "";
  if (!schema && ctes.has(name)) return;
  if (/[./\\*?]/.test(name)) {
    throw refusal(
      node,
      placeOf,
      `the path '${name}' in FROM`,
      "Declare a load stage for the file and read its table.",
    );
  }
  const table = schema ? `${schema}.${name}` : name;
  noteFirst(facts.tables, table, placeOf(node));
}

function refuseTableFunction(node: TreeNode, placeOf: PlaceOf): void {
  const name = isNode(node.function) ? String(node.function.function_name).toLowerCase() : "";
  if (pureTableFunctions.has(name)) return;
  const hint = name.startsWith("read_")
    ? "Declare a load stage for the file and read its table."
    : `Only ${[...pureTableFunctions].join(", ")} can stand in FROM.`;
  throw refusal(node, placeOf, `the table function ${name}()`, hint);
}

/** The function's name; `age(x)` counts up to today, while `age(x, y)` does not. */
function functionName(node: TreeNode): string {
  const name = String(node.function_name).toLowerCase();
  return name === "age" && Array.isArray(node.children) && node.children.length === 1 ? "age(x)" : name;
}

function refuseUnrepeatable(name: string, node: TreeNode, placeOf: PlaceOf): void {
  if (!unrepeatable.has(name)) return;
  throw refusal(
    node,
    placeOf,
    `${name}, which gives another answer at every run`,
    "Use the parameter $as_of for the date, and a hash of a key for chance.",
  );
}

function refusal(node: TreeNode, placeOf: PlaceOf, found: string, hint: string): UserError {
  return new UserError(`expected a SELECT over tables that depends on nothing else, found ${found}`, {
    place: placeOf(node),
    hint,
  });
}

function noteAlias(node: TreeNode, facts: SqlFacts): void {
  if (typeof node.alias !== "string" || node.alias === "") return;
  const sources = new Set<string>();
  collectColumns(node, sources);
  addAlias(node.alias, sources, facts);
}

/** `t(x, y)` renames by position: where the query behind it does not list its columns, any may be behind any name. */
function noteColumnAliases(aliases: unknown[], node: TreeNode, facts: SqlFacts): void {
  const list = selectList(node);
  for (const [index, alias] of aliases.entries()) {
    const sources = new Set<string>();
    if (list) collectColumns(list[index], sources);
    else sources.add(anyColumn);
    addAlias(String(alias), sources, facts);
  }
}

/** Among the sources of an alias: a column whose name the statement does not tell. */
export const anyColumn = "*";

/** What the SELECT within a CTE or a subquery in FROM lists, unless a `*` is among it. */
function selectList({ query, subquery }: TreeNode): unknown[] | undefined {
  const statement = query ?? subquery;
  const node = isNode(statement) ? statement.node : undefined;
  const list = isNode(node) ? node.select_list : undefined;
  return Array.isArray(list) && !list.some((item) => isNode(item) && item.type === "STAR") ? list : undefined;
}

function addAlias(name: string, sources: ReadonlySet<string>, facts: SqlFacts): void {
  const alias = name.toLowerCase();
  facts.aliases.set(alias, new Set([...(facts.aliases.get(alias) ?? []), ...sources]));
}

function noteFirst(places: Map<string, Place>, name: string, place: Place): void {
  if (!places.has(name)) places.set(name, place);
}

function collectColumns(value: unknown, into: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collectColumns(item, into);
  if (!isNode(value)) return;
  if (value.type === "COLUMN_REF" && Array.isArray(value.column_names)) {
    into.add(String(value.column_names.at(-1)).toLowerCase());
  }
  for (const child of Object.values(value)) collectColumns(child, into);
}

function isNode(value: unknown): value is TreeNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Where a node stands in the text. The engine counts UTF-8 bytes, texts UTF-16 units; of parameters it keeps no place. */
function indexOf(node: TreeNode, sql: string): number {
  if (node.type === "VALUE_PARAMETER") return Math.max(0, sql.indexOf(`$${String(node.identifier)}`));
  const byte = Number(node.query_location ?? 0);
  const bytes = Buffer.from(sql);
  return byte > bytes.length ? 0 : bytes.subarray(0, byte).toString("utf8").length;
}
