import { ThreadPool } from "./thread-pool.js";

/** From so many texts on, threads are worth their start. */
const manyTexts = 20_000;
/** Texts that a thread is given at a time. */
const textsAtOnce = 1024;

export interface TextPoolOptions {
  /** The script that each thread runs. */
  worker: URL;
  threads?: number;
  many?: number;
}

/** Answers questions about texts: on this thread, or in one worker thread per core once there have been many texts. */
export class TextPool<Question, Answer> {
  readonly #answer: (question: Question) => Answer;
  readonly #pool: ThreadPool<Question, Answer>;
  readonly #many: number;
  #seen = 0;

  /**
   * @param answer what this thread answers; a worker given the task answers the same
   */
  constructor(
    answer: (question: Question) => Answer,
    task: unknown,
    { worker, threads, many = manyTexts }: TextPoolOptions,
  ) {
    this.#answer = answer;
    this.#pool = new ThreadPool(task, worker, threads);
    this.#many = many;
  }

  /**
   * Asks about all texts, in parts where threads answer.
   *
   * @param question about the texts from the first to the one before `end`
   * @returns an answer per part, in the order of the texts
   */
  async ask(texts: number, question: (first: number, end: number) => Question): Promise<Answer[]> {
    this.#seen += texts;
    if (this.#seen < this.#many || !this.#pool.isPossible) return [this.#answer(question(0, texts))];
    const starts = Array.from({ length: Math.ceil(texts / textsAtOnce) }, (_, part) => part * textsAtOnce);
    const answers: Answer[] = [];
    const queue = starts.entries();
    await this.#pool.use(async (threads) => {
      await Promise.all(
        threads.map(async (ask) => {
          for (const [part, first] of queue) answers[part] = await ask(question(first, first + textsAtOnce));
        }),
      );
    });
    return answers;
  }
}
