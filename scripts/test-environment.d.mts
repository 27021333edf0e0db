export function testEnvironment(env?: NodeJS.ProcessEnv): Record<string, string>;
