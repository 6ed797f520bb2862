import {
  DuckDBTypeId,
  JsonDuckDBValueConverter,
  type DuckDBResultReader,
  type DuckDBType,
} from "@duckdb/node-api";
import * as arrow from "apache-arrow";

/**
 * A whole result as an Arrow table. Integers beyond 32 bits become Int64, decimals Float64, dates DateDay, timestamps
 * microseconds without a zone, anything nested JSON text.
 */
export function arrowTable(reader: DuckDBResultReader): arrow.Table {
  const names = reader.deduplicatedColumnNames();
  const types = reader.columnTypes();
  const columns = reader.getColumns();
  const vectors: Record<string, arrow.Vector> = {};
  for (const [index, name] of names.entries()) {
    const type = types[index];
    if (!type) continue;
    const { arrowType, convert } = mapping(type);
    const builder = arrow.makeBuilder({ type: arrowType, nullValues: [null] });
    for (const value of columns[index] ?? []) builder.append(value === null ? null : convert(value));
    vectors[name] = builder.finish().toVector();
  }
  return new arrow.Table(vectors);
}

interface Mapping {
  arrowType: arrow.DataType;
  convert: (value: unknown) => unknown;
}

function mapping(type: DuckDBType): Mapping {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return { arrowType: new arrow.Bool(), convert: (value) => value };
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
      return { arrowType: new arrow.Int32(), convert: (value) => value };
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UINTEGER:
      return { arrowType: new arrow.Int64(), convert: (value) => BigInt(String(value)) };
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
    case DuckDBTypeId.DECIMAL:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
      return { arrowType: new arrow.Float64(), convert: (value) => Number(String(value)) };
    case DuckDBTypeId.DATE:
      return { arrowType: new arrow.DateDay(), convert: (value) => new Date(`${String(value)}T00:00:00Z`) };
    case DuckDBTypeId.TIMESTAMP:
      return { arrowType: new arrow.TimestampMicrosecond(), convert: (value) => micros(value) };
    case DuckDBTypeId.VARCHAR:
      return { arrowType: new arrow.Utf8(), convert: String };
    default:
      return {
        arrowType: new arrow.Utf8(),
        convert: (value) => {
          const json = JsonDuckDBValueConverter(value as never, type, JsonDuckDBValueConverter);
          return typeof json === "string" ? json : JSON.stringify(json);
        },
      };
  }
}

function micros(value: unknown): number {
  const micros = (value as { micros: bigint }).micros;
  return Number(micros) / 1000;
}
