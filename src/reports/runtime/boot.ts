import { unpack } from "./unpack.js";

/** Brings the runtime in when the first chart comes near the screen; without it the page stays as it is. */
function boot(): void {
  const figures = document.querySelectorAll("figure.chart");
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      void start();
    },
    { rootMargin: "50%" },
  );
  for (const figure of figures) observer.observe(figure);
}

async function start(): Promise<void> {
  const code = await unpack("runtime");
  const policy = window.trustedTypes?.createPolicy("rt", { createScript: (text) => text });
  const script = document.createElement("script");
  script.text = policy ? policy.createScript(code) : code;
  document.body.append(script);
}

if ("DecompressionStream" in window && "IntersectionObserver" in window) boot();
