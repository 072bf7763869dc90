/**
 * Vitest waits a minute for an answer from its main process, and between tests that never wait themselves no answer is heard.
 * A turn of the event loop after each test keeps a file of such tests from failing as a whole.
 */
import { afterEach } from "vitest";

afterEach(() => new Promise((resolve) => setImmediate(resolve)));
