const letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"

/** Returns the texts in Arabic letters, as long as before and with their placeholders: remaining English shows. */
export const toPseudoArabic = <Texts extends object>(texts: Texts): Texts =>
  Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [
      key,
      String(text).replace(/\{\w+\}|[a-z]/gi, (part) =>
        part.startsWith("{") ? part : (letters[part.toLowerCase().charCodeAt(0) - 97] ?? part),
      ),
    ]),
  ) as Texts
