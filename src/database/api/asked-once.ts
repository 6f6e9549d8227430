/** Answers that several databases of one run need, such as which account a token reaches: each is asked for once. */
export class AskedOnce {
  private readonly answers = new Map<string, Promise<unknown>>();

  /**
   * The answer, which is asked for unless it was already. A failure is not kept: whoever comes next asks again.
   * @param key says what is asked, and with which credentials
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
