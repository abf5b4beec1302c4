/** Would write to whoever decides; who waits is seen in the inbox. */
export const handler = async ({ token }) => ({ asked: typeof token === 'string' })
