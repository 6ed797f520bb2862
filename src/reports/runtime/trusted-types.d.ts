/** The part of Trusted Types that the runtime uses; the policy's result may be assigned to `script.text`. */
interface Window {
  trustedTypes?: {
    createPolicy(
      name: string,
      rules: { createScript(text: string): string },
    ): { createScript(text: string): string };
  };
}
