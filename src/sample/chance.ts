/**
 * SQL macros through which all randomness passes: a hash of seed, purpose and key, never `random()`.
 *
 * `hash` is the murmur finaliser of the DuckDB version pinned in package.json; another version may give another
 * world. Keys are non-negative integers; two purposes give independent numbers for one key.
 */
export function chanceMacros(seed: number): string {
  return `
create macro salt(purpose) as hash(purpose || '/${seed}');
-- Uniform in [0, 1).
create macro uniform(purpose, key) as
  (hash(xor(key::ubigint, salt(purpose))) >> 11)::double / 9007199254740992.0;
-- A whole number from 0 to n - 1.
create macro pick(purpose, key, n) as floor(uniform(purpose, key) * n)::integer;
-- Exponential with mean 1.
create macro exponential(purpose, key) as -ln(1 - uniform(purpose, key));
-- Standard normal (Box and Muller 1958).
create macro normal(purpose, key) as
  sqrt(2 * exponential(purpose || '/radius', key)) * cos(2 * pi() * uniform(purpose || '/angle', key));
-- Gamma with shape 3/2 and mean 1: an exponential and half a squared normal, rescaled.
create macro gamma(purpose, key) as
  (exponential(purpose || '/whole', key) + normal(purpose || '/half', key) ** 2 / 2) / 1.5;
-- An id that tells nothing: a Feistel network (1973) of two rounds over 36 bits, one-to-one for keys below 6.8e10. A
-- product modulo a prime would not do: it spreads keys in a row more evenly than chance, and so tells them from others.
create macro mixed(half, purpose) as hash(xor(half, salt(purpose))) % 262144;
create macro mixed_left(purpose, key) as xor(key >> 18, mixed(key & 262143, purpose || '/left'));
create macro mixed_right(purpose, key) as xor(key & 262143, mixed(mixed_left(purpose, key), purpose || '/right'));
create macro scramble(purpose, key) as
  (mixed_left(purpose, key::ubigint) * 262144 + mixed_right(purpose, key::ubigint))::bigint;
-- Ids of one prefix sort as the numbers behind them.
create macro spell(prefix, number) as prefix || to_base(number, 36, 7);
create macro code(prefix, purpose, key) as spell(prefix, scramble(purpose, key));
create macro seconds(moment, n) as make_timestamp(epoch_us(moment) + n::bigint * 1000000);
`;
}
