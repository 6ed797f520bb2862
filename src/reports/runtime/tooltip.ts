import type { Item } from "vega";
import { clean } from "../html.js";

const box = document.createElement("div");
box.className = "tip";
box.setAttribute("role", "tooltip");
box.hidden = true;
document.body.append(box);
addEventListener("scroll", () => (box.hidden = true), { passive: true });
addEventListener("keydown", ({ key }) => {
  if (key === "Escape") box.hidden = true;
});

/** Shows the values of a mark beside the pointer, as text; a mark without any hides the box. */
export function tooltip(
  _handler: unknown,
  event: unknown,
  _item: Item | null | undefined,
  value: unknown,
): void {
  const rows = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (rows.length === 0 || !(event instanceof MouseEvent)) {
    box.hidden = true;
    return;
  }
  box.replaceChildren(
    ...rows.map(([name, text]) => {
      const row = document.createElement("div");
      row.append(isolated("span", name), " ", isolated("b", String(text)));
      return row;
    }),
  );
  box.hidden = false;
  const { clientWidth, clientHeight } = document.documentElement;
  const left = Math.min(event.clientX + 14, clientWidth - box.offsetWidth - 8);
  const top =
    event.clientY + 18 + box.offsetHeight > clientHeight
      ? event.clientY - box.offsetHeight - 12
      : event.clientY + 18;
  box.style.left = `${Math.max(8, left)}px`;
  box.style.top = `${Math.max(8, top)}px`;
}

function isolated(tag: "span" | "b", text: string): HTMLElement {
  const element = document.createElement(tag);
  const isolate = document.createElement("bdi");
  isolate.textContent = clean(text);
  element.append(isolate);
  return element;
}
