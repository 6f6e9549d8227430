/**
 * Answers that several databases of one run need, such as which account a token has access to: each is requested once.
 */
export class RequestCache {
  private readonly answers = new Map<string, Promise<unknown>>();

  /**
   * Returns the answer, requesting it unless that was done already. A failure is not kept: the next caller asks again.
   * @param key identifies the question and the credentials used
   * @throws what `ask` throws
   */
  async get<T>(key: unknown, ask: () => Promise<T>): Promise<T> {
    const name = JSON.stringify(key);
    const known = this.answers.get(name) as Promise<T> | undefined;
    if (known !== undefined) return await known;
    const answer = ask();
    this.answers.set(name, answer);
    try {
      return await answer;
    } catch (error) {
      this.answers.delete(name);
      throw error;
    }
  }
}
