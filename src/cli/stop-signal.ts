/** When a command that goes on until it is stopped has to stop. */

export interface StopOptions {
  readonly seconds?: number | undefined
  /** Another reason to stop. */
  readonly signal?: AbortSignal
}

/** Resolves on SIGINT, SIGTERM, after `seconds`, or when `signal` aborts. */
export async function stopSignal({ seconds, signal }: StopOptions): Promise<void> {
  if (signal?.aborted) return
  await new Promise<void>((resolve) => {
    const timer = seconds === undefined ? undefined : setTimeout(stop, seconds * 1000)
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
    signal?.addEventListener('abort', stop)
    function stop(): void {
      clearTimeout(timer)
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
      signal?.removeEventListener('abort', stop)
      resolve()
    }
  })
}
