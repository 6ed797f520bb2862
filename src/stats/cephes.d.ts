/** What is used here of a package whose `exports` do not name its types. */
declare module "cephes" {
  const compiled: Promise<void>;
  function chdtrc(degrees: number, x: number): number;
  function incbet(a: number, b: number, x: number): number;
  function lgam(x: number): number;
  function psi(x: number): number;
  export { chdtrc, compiled, incbet, lgam, psi };
}
