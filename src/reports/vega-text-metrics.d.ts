import "vega";

/** Exported by vega, absent from its types. */
declare module "vega" {
  export const textMetrics: {
    width: (
      item: { text?: unknown; fontSize?: number; fontWeight?: string | number; limit?: number },
      text: string,
    ) => number;
  };
}
