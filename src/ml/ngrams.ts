/** Character n-grams run from two to four code points, token n-grams from one to two tokens. */
const longestCharacters = 4;
const longestTokens = 2;
const characterSeed = 0x3c6ef372;
const tokenSeed = 0x1b873593;
const space = 0x20;

const kinds = { space: 1, word: 2, symbol: 3, ignored: 4 };

/** The kind of each of Unicode's code points; 0 until it is first met. */
const kindOfCodePoint = new Uint8Array(0x110000);

/** A stretch of the normalised text, in code points. */
export interface Span {
  start: number;
  end: number;
}

/**
 * The n-grams of one text at a time, each as a 32-bit hash.
 *
 * A text is put in lower case and Unicode's NFC; control, format (zero-width, bidirectional) and unpaired surrogate
 * characters go; white space becomes one space. Two blocks of n-grams follow: characters 2-4, across words, and tokens
 * 1-2, a token being a run of letters, marks, digits and underscores, or any other character by itself.
 *
 * Reading writes into buffers that are kept from text to text, so memory depends on the longest text only.
 */
export class NgramReader {
  #codePoints = new Int32Array(256);
  #length = 0;
  #tokenStarts = new Int32Array(64);
  #tokenEnds = new Int32Array(64);
  #tokenHashes = new Int32Array(64);
  #tokenCount = 0;
  #wordHashes = new Int32Array(64);
  #wordCount = 0;
  #hashes = new Int32Array(1024);
  #characterNgramCount = 0;
  #ngramCount = 0;

  /** Hashes of the text last read: first `characterNgramCount` of characters, then those of tokens, up to `ngramCount`. */
  get hashes(): Int32Array {
    return this.#hashes;
  }

  get characterNgramCount(): number {
    return this.#characterNgramCount;
  }

  get ngramCount(): number {
    return this.#ngramCount;
  }

  get tokenCount(): number {
    return this.#tokenCount;
  }

  /** Hashes of the tokens that are words, up to `wordCount`: the same as among `hashes`. */
  get wordHashes(): Int32Array {
    return this.#wordHashes;
  }

  get wordCount(): number {
    return this.#wordCount;
  }

  read(text: string): void {
    this.#normalise(text);
    this.#findTokens();
    this.#hashNgrams();
  }

  /** The tokens of the text last read, in order. */
  tokens(): Span[] {
    return Array.from({ length: this.#tokenCount }, (_, token) => ({
      start: this.#tokenStarts[token]!,
      end: this.#tokenEnds[token]!,
    }));
  }

  /** The n-grams of the text last read, in the order of `hashes`. */
  spans(): Span[] {
    const spans: Span[] = [];
    for (let start = 0; start + 2 <= this.#length; start++) {
      const last = Math.min(start + longestCharacters, this.#length);
      for (let end = start + 2; end <= last; end++) spans.push({ start, end });
    }
    const tokens = this.tokens();
    tokens.forEach((token, index) => {
      for (let n = 1; n <= longestTokens; n++) {
        const last = tokens[index + n - 1];
        if (last) spans.push({ start: token.start, end: last.end });
      }
    });
    return spans;
  }

  /** A stretch of the normalised text last read. */
  slice({ start, end }: Span): string {
    return String.fromCodePoint(...this.#codePoints.subarray(start, end));
  }

  #normalise(text: string): void {
    const lower = text.toLowerCase().normalize("NFC");
    if (this.#codePoints.length < lower.length) this.#codePoints = new Int32Array(2 * lower.length);
    const codePoints = this.#codePoints;
    let length = 0;
    let wantsSpace = false;
    for (let index = 0; index < lower.length; index++) {
      const codePoint = lower.codePointAt(index) ?? space;
      if (codePoint > 0xffff) index++;
      const kind = kindOfCodePoint[codePoint] || classify(codePoint);
      if (kind === kinds.ignored) continue;
      if (kind === kinds.space) {
        wantsSpace = length > 0;
        continue;
      }
      if (wantsSpace) codePoints[length++] = space;
      wantsSpace = false;
      codePoints[length++] = codePoint;
    }
    this.#length = length;
  }

  #findTokens(): void {
    const capacity = this.#length;
    if (this.#tokenStarts.length < capacity) {
      this.#tokenStarts = new Int32Array(2 * capacity);
      this.#tokenEnds = new Int32Array(2 * capacity);
      this.#tokenHashes = new Int32Array(2 * capacity);
      this.#wordHashes = new Int32Array(2 * capacity);
    }
    const codePoints = this.#codePoints;
    let count = 0;
    let isInWord = false;
    for (let index = 0; index < this.#length; index++) {
      const codePoint = codePoints[index]!;
      const kind = kindOfCodePoint[codePoint];
      const isWord = kind === kinds.word;
      if (kind !== kinds.space) {
        if (!(isWord && isInWord)) {
          this.#tokenStarts[count] = index;
          this.#tokenHashes[count] = tokenSeed;
          count++;
        }
        this.#tokenEnds[count - 1] = index + 1;
        this.#tokenHashes[count - 1] = extend(this.#tokenHashes[count - 1]!, codePoint);
      }
      isInWord = isWord;
    }
    this.#tokenCount = count;
  }

  #hashNgrams(): void {
    const capacity = longestCharacters * this.#length + longestTokens * this.#tokenCount;
    if (this.#hashes.length < capacity) this.#hashes = new Int32Array(2 * capacity);
    const hashes = this.#hashes;
    const codePoints = this.#codePoints;
    let count = 0;
    for (let start = 0; start + 2 <= this.#length; start++) {
      let hash = extend(characterSeed, codePoints[start]!);
      const last = Math.min(start + longestCharacters, this.#length);
      for (let index = start + 1; index < last; index++) {
        hash = extend(hash, codePoints[index]!);
        hashes[count++] = hash;
      }
    }
    this.#characterNgramCount = count;
    this.#wordCount = 0;
    for (let token = 0; token < this.#tokenCount; token++) {
      let hash = this.#tokenHashes[token]!;
      hashes[count++] = hash;
      const isWord = kindOfCodePoint[codePoints[this.#tokenStarts[token]!]!] === kinds.word;
      if (isWord) this.#wordHashes[this.#wordCount++] = hash;
      const last = Math.min(token + longestTokens, this.#tokenCount);
      for (let next = token + 1; next < last; next++) {
        hash = extend(hash, this.#tokenHashes[next]!);
        hashes[count++] = hash;
      }
    }
    this.#ngramCount = count;
  }
}

/** One multiply-xorshift round, as in MurmurHash3's finaliser. */
function extend(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

function classify(codePoint: number): number {
  const kind = kinds[kindName(String.fromCodePoint(codePoint))];
  kindOfCodePoint[codePoint] = kind;
  return kind;
}

function kindName(character: string): keyof typeof kinds {
  if (/[\t-\r\u0085\p{Zs}\p{Zl}\p{Zp}]/u.test(character)) return "space";
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Variation_Selector}]/u.test(character)) return "ignored";
  return /[\p{L}\p{M}\p{N}_]/u.test(character) ? "word" : "symbol";
}
