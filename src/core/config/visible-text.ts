/** Foreign text in which everything can be seen: what would not be shown, or would change its surroundings, is named. */

/** All but newline and tab: controls, what turns the direction around, and what has no width. */
const HIDDEN =
  /(?![\n\t])[\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

export function visibleText(text: string): string {
  return text.replace(HIDDEN, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}
