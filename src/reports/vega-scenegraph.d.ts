/** vega-scenegraph ships no types. */
declare module "vega-scenegraph" {
  export const textMetrics: {
    width: (
      item: { text?: unknown; fontSize?: number; fontWeight?: string | number; limit?: number },
      text: string,
    ) => number;
  };
}
