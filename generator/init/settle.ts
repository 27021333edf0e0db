/** Whether a drafted lifeboat.yaml fits the user's values; where a restore does not, it is left out, with the reason. */
import type { OfficialChart } from '../chart/official-charts.ts';
import type { ValuesFile } from '../chart/user-values.ts';
import type { Values } from '../chart/values.ts';
import { loadConfig } from '../config/load.ts';
import { ConfigError, type Problem } from '../config/problem.ts';
import { check } from '../render/render.ts';
import { commentedYaml } from './commented-yaml.ts';
import { draftOf, type Wanted, withValue } from './draft.ts';
import { notesFor, offersFor } from './offers.ts';
import type { Question } from './questions.ts';

export interface Settled {
  /** The file. */
  readonly text: string;
  readonly missing: readonly Question[];
  /** What keeps it from being rendered as it is. */
  readonly problems: readonly Problem[];
  /** Why it only takes backups. */
  readonly withoutRestore: readonly Problem[];
  readonly warnings: readonly string[];
}

const HEADER = `lifeboat.yaml, begun by lifeboat init. Edit it, then: lifeboat validate -f lifeboat.yaml
What each key means: lifeboat explain KEY. A line #key: shows a default or an example, to be uncommented.
No value is ever a secret: Kubernetes Secrets are named by secretRef.`;

const JOINS = 'vault.raftConfig';

interface Outcome {
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

export function settle(wanted: Wanted, chart: OfficialChart, valuesFiles: readonly ValuesFile[]): Settled {
  const draft = draftOf(wanted, { example: false });
  const trial = draftOf(wanted, { example: true }).data;

  function outcomeOf(data: typeof trial): Outcome {
    try {
      const loaded = loadConfig('lifeboat.yaml', commentedYaml(data, HEADER));
      return { problems: [], warnings: check({ loaded, chart, valuesFiles }).warnings };
    } catch (error) {
      if (error instanceof ConfigError) return { problems: error.problems, warnings: [] };
      throw error;
    }
  }

  const notes = new Map([
    ...notesFor(wanted),
    [
      'restore.whenNoSnapshot',
      'Set it to stop after the first backup: from then on an empty store is a mistake.',
    ],
    ...draft.missing.map(({ path, flag, text }) => [path, `To be filled in (${flag}): ${text}.`] as const),
  ]);
  const textOf = (data: Values): string =>
    commentedYaml(data, HEADER, { notes, offers: offersFor(wanted, data) });
  // Without the values of the release nothing can be said of how they fit.
  if (valuesFiles.length === 0) {
    notes.set('release.values', 'To be filled in (--values): your own values of the official chart.');
    const text = textOf(draft.data);
    return { text, missing: draft.missing, problems: [], withoutRestore: [], warnings: [] };
  }
  let { data } = draft;
  let whole = outcomeOf(trial);
  if (whole.problems.length > 0) {
    // Several servers that no retry_join leads to, mostly: lifeboat can add the lines.
    const joined = outcomeOf(withValue(trial, JOINS, 'render'));
    if (joined.problems.length === 0) {
      whole = joined;
      data = withValue(data, JOINS, 'render');
      notes.set(JOINS, 'Your raft configuration, with a retry_join for each server.');
    }
  }
  if (whole.problems.length > 0) {
    const disabled = { enabled: false };
    const backups = outcomeOf(withValue(trial, 'restore', disabled));
    if (backups.problems.length === 0) {
      const why = whole.problems.map(({ message }) => message).join('; ');
      notes.set('restore.enabled', `Backups only, since a restore does not fit your values yet (${why}).`);
      const text = textOf(withValue(draft.data, 'restore', disabled));
      return {
        text,
        missing: draft.missing,
        problems: [],
        withoutRestore: whole.problems,
        warnings: backups.warnings,
      };
    }
  }
  return { text: textOf(data), missing: draft.missing, ...whole, withoutRestore: [] };
}
