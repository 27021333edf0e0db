/** Whether the liveness probe lets a server live that is sealed, or that waits for its first initialisation. */
import type { Problem } from '../config/problem.ts';
import type { Checked } from './checked.ts';
import { isSet, listAt, printed, textAt, valueAt } from './values.ts';

const HINT = 'Set server.livenessProbe.path: "/v1/sys/health?standbyok=true&sealedcode=204&uninitcode=204".';

/** Answers that a kubelet takes for alive. */
function isGood(code: string | null): boolean {
  return code !== null && /^[23]\d\d$/.test(code);
}

/** The command of the probe, where the chart takes one; '' where the probe asks by HTTP. */
function commandOf({ facts, user }: Checked): string {
  if (!facts.chart.traits.probeCommands) return '';
  return listAt(user.effective, 'server.livenessProbe.execCommand').map(printed).join(' ');
}

function isOn({ user }: Checked): boolean {
  return isSet(user.effective, 'server.livenessProbe.enabled');
}

export function probeProblems(checked: Checked): readonly Problem[] {
  const { user } = checked;
  if (!isOn(checked)) return [];
  const command = commandOf(checked);
  if (command !== '') {
    if (!/\b(?:vault|bao)\s+status\b(?!.*(?:\|\||;))/.test(command)) return [];
    return [
      user.problem(
        'server.livenessProbe.execCommand',
        'the liveness probe kills a server that is sealed: the command status then ends with 2',
        `Leave execCommand out. ${HINT}`,
      ),
    ];
  }
  const query = new URLSearchParams(textAt(user.effective, 'server.livenessProbe.path').split('?')[1] ?? '');
  const missing = ['sealedcode', 'uninitcode'].filter((code) => !isGood(query.get(code)));
  if (missing.length === 0) return [];
  const path = 'server.livenessProbe.path';
  return [
    user.problem(
      valueAt(user.own, path) === undefined ? 'server.livenessProbe.enabled' : path,
      `the liveness probe kills a server that is sealed or not initialised: its path gives no code of success for ${missing.join(' and ')}`,
      HINT,
    ),
  ];
}

export function probeWarnings(checked: Checked): readonly string[] {
  if (!isOn(checked) || commandOf(checked) === '') return [];
  return [
    'server.livenessProbe.execCommand: make sure that it lets a sealed and a not yet initialised server live.',
  ];
}
