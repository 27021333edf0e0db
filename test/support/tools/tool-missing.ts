/** A program that the tests need and that cannot be had here. */

export class ToolMissing extends Error {
  readonly tool: string;
  readonly reason: string;

  constructor(tool: string, reason: string) {
    super(`${tool} cannot be had: ${reason}`);
    this.name = 'ToolMissing';
    this.tool = tool;
    this.reason = reason;
  }
}
